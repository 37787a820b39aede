package dev.neon.cli.docs;

import dev.neon.cli.framework.CommandTree;

/** Completion for zsh 5, as a file for {@code fpath} or for {@code source}. */
final class ZshCompletion {
    private static final String DRIVER = """
            _neon() {
                emulate -L zsh
                local command='' position=0 what='' word
                local -a globals=("${words[1]}") entries
                local -i i
                for ((i = 2; i < CURRENT; i++)); do
                    word=${words[i]}
                    if [[ $word == -* ]]; then
                        what=$(__neon_option_value "$command" "$word")
                        [[ -z $what ]] && continue
                        ((++i == CURRENT)) && break
                        [[ $word == -C || $word == --repo ]] && globals+=("$word" "${words[i]}")
                        what=''
                    elif [[ -z $command ]]; then
                        command=$word
                    elif [[ $command != *' '* && -n $(__neon_commands "$command") ]]; then
                        command="$command $word"
                    else
                        position=$((position + 1))
                    fi
                done
                if [[ -z $what && ${words[CURRENT]} == -* ]]; then
                    entries=("${(@f)$(__neon_options "$command")}")
                    _describe -o 'option' entries
                    return
                fi
                if [[ -z $what && $command != *' '* && -n $(__neon_commands "$command") ]]; then
                    entries=("${(@f)$(__neon_commands "$command")}")
                    _describe 'command' entries
                    return
                fi
                [[ -z $what ]] && what=$(__neon_parameter "$command" "$position")
                case $what in
                    'words '*) compadd -- ${=what#words } ;;
                    'live '*) compadd -- ${(f)"$("${globals[@]}" __complete "${what#live }" 2>/dev/null)"} ;;
                    command) entries=("${(@f)$(__neon_commands '')}"); _describe 'command' entries ;;
                    file) _files ;;
                    directory) _files -/ ;;
                esac
            }
            if [[ $funcstack[1] == _neon ]]; then
                _neon "$@"
            else
                compdef _neon neon
            fi
            """;

    private final CommandTree tree;

    ZshCompletion(CommandTree tree) {
        this.tree = tree;
    }

    String script() {
        return "#compdef neon\n# zsh completion of neon; made from the declarations of its commands, do not edit.\n"
                + new ShellTables(tree).functions() + DRIVER;
    }
}
