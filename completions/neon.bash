# bash completion of neon; made from the declarations of its commands, do not edit.
__neon_commands() {
    case "$1" in
        '') printf '%s\n' \
            'help:Show help about neon or a command' \
            'version:Show the version of neon' \
            'completion:Print the completion script of a shell' ;;
    esac
}
__neon_options() {
    case "$1" in
        'version') printf '%s\n' \
            '--json:print the result as JSON' ;;
    esac
    printf '%s\n' \
        '-C:work as if neon had been started in that directory' \
        '--repo:the repository, instead of the one found from the current directory upwards' \
        '-q:print results and errors only' \
        '--quiet:print results and errors only' \
        '--color:whether to use colours' \
        '-h:show help and exit' \
        '--help:show help and exit'
}
__neon_option_value() {
    case "$1 $2" in
        *' -C') echo 'directory' ;;
        *' --repo') echo 'directory' ;;
        *' --color') echo 'words auto always never' ;;
    esac
}
__neon_parameter() {
    case "$1 $2" in
        'help '*) echo 'command' ;;
        'completion 0') echo 'words bash zsh fish' ;;
    esac
}
__neon_reply() {
    local IFS=$'\n'
    COMPREPLY=($(compgen -W "$1" -- "$2"))
}
_neon() {
    local cur=${COMP_WORDS[COMP_CWORD]} command= position=0 what= word i
    local globals=("${COMP_WORDS[0]}")
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == -* ]]; then
            what=$(__neon_option_value "$command" "$word")
            [[ -z $what ]] && continue
            ((++i == COMP_CWORD)) && break
            [[ $word == -C || $word == --repo ]] && globals+=("$word" "${COMP_WORDS[i]}")
            what=
        elif [[ -z $command ]]; then
            command=$word
        elif [[ $command != *' '* && -n $(__neon_commands "$command") ]]; then
            command="$command $word"
        else
            position=$((position + 1))
        fi
    done
    if [[ -z $what && $cur == -* ]]; then
        __neon_reply "$(__neon_options "$command" | cut -d: -f1)" "$cur"
        return
    fi
    if [[ -z $what && $command != *' '* && -n $(__neon_commands "$command") ]]; then
        __neon_reply "$(__neon_commands "$command" | cut -d: -f1)" "$cur"
        return
    fi
    [[ -z $what ]] && what=$(__neon_parameter "$command" "$position")
    case $what in
        'words '*) __neon_reply "$(printf '%s\n' ${what#words })" "$cur" ;;
        'live '*) __neon_reply "$("${globals[@]}" __complete "${what#live }" 2>/dev/null)" "$cur" ;;
        command) __neon_reply "$(__neon_commands '' | cut -d: -f1)" "$cur" ;;
        file) compopt -o default 2>/dev/null; COMPREPLY=() ;;
        directory) COMPREPLY=($(compgen -d -- "$cur")) ;;
    esac
}
complete -F _neon neon
