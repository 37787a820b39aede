package dev.neon.cli.docs;

import dev.neon.cli.framework.CommandTree;

/** Completion for bash 3.2 and later; needs nothing of the bash-completion package. */
final class BashCompletion {
    private static final String DRIVER = """
            __neon_reply() {
                local IFS=$'\\n'
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
                    'words '*) __neon_reply "$(printf '%s\\n' ${what#words })" "$cur" ;;
                    'live '*) __neon_reply "$("${globals[@]}" __complete "${what#live }" 2>/dev/null)" "$cur" ;;
                    command) __neon_reply "$(__neon_commands '' | cut -d: -f1)" "$cur" ;;
                    file) compopt -o default 2>/dev/null; COMPREPLY=() ;;
                    directory) COMPREPLY=($(compgen -d -- "$cur")) ;;
                esac
            }
            complete -F _neon neon
            """;

    private final CommandTree tree;

    BashCompletion(CommandTree tree) {
        this.tree = tree;
    }

    String script() {
        return "# bash completion of neon; made from the declarations of its commands, do not edit.\n"
                + new ShellTables(tree).functions() + DRIVER;
    }
}
