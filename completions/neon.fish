# fish completion of neon; made from the declarations of its commands, do not edit.
function __neon_at --description 'whether exactly these words stand before the one being completed, or more'
    set -l words (commandline -opc | string match -v -- '-*')
    test (count $words) -gt (count $argv); or return 1
    test (count $argv) -eq 0; and return 0
    test "$words[2..(math 1 + (count $argv))]" = "$argv"
end
function __neon_needs_command --description 'whether a command is due after these words'
    set -l words (commandline -opc | string match -v -- '-*')
    test (count $words) -eq (math 1 + (count $argv)); and __neon_at $argv
end
complete -c neon -f
complete -c neon -s C -x -a '(__fish_complete_directories)' -d 'work as if neon had been started in that directory'
complete -c neon -l repo -x -a '(__fish_complete_directories)' -d 'the repository, instead of the one found from the current directory upwards'
complete -c neon -s q -l quiet -d 'print results and errors only'
complete -c neon -l color -x -a 'auto always never' -d 'whether to use colours'
complete -c neon -s h -l help -d 'show help and exit'
complete -c neon -n '__neon_needs_command' -a help -d 'Show help about neon or a command'
complete -c neon -n '__neon_at help' -a 'help version completion' -d 'the command to read about'
complete -c neon -n '__neon_needs_command' -a version -d 'Show the version of neon'
complete -c neon -n '__neon_at version' -l json -d 'print the result as JSON'
complete -c neon -n '__neon_needs_command' -a completion -d 'Print the completion script of a shell'
complete -c neon -n '__neon_at completion' -a 'bash zsh fish' -d 'whose completion'
