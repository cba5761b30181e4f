# bash completion of hooks; it needs nothing but bash.

# __hooks_words puts the words of the command up to the cursor into words: bash
# breaks them at = : @ as well.
__hooks_words() {
    local line=${COMP_LINE:0:COMP_POINT} word= piece i
    words=()
    for ((i = COMP_CWORD; i >= 0; i--)); do
        piece=${COMP_WORDS[i]}
        while [[ $line != *"$piece" ]]; do piece=${piece%?}; done
        line=${line%"$piece"} word=$piece$word
        if ((i == 0)) || [[ $line == *[[:space:]] ]]; then
            words=("$word" "${words[@]}") word=
            line=${line%"${line##*[![:space:]]}"}
        fi
    done
}

__hooks() {
    local words out begun broken offer width=0 offers=() abouts=() directive i
    __hooks_words
    COMPREPLY=()
    out=$("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null) || return
    directive=${out##*:} out=${out%:*}
    begun=${words[${#words[@]}-1]}
    [[ $begun != -*=* ]] || begun=${begun#*=} # offered is the value alone
    while IFS= read -r offer; do
        [[ -n $offer && $offer == "$begun"* ]] || continue
        offers+=("${offer%%$'\t'*}") abouts+=("${offer#"${offer%%$'\t'*}"}")
    done <<<"$out"

    # Readline replaces what stands behind the last break, with the @ before it.
    broken=${begun%"${begun##*[${COMP_WORDBREAKS//@/}]}"}
    for i in "${!offers[@]}"; do
        offers[i]=${offers[i]#"$broken"}
        ((${#offers[i]} <= width)) || width=${#offers[i]}
    done
    COMPREPLY=("${offers[@]}")
    # What each is stands beside it in a list (COMP_TYPE is that, or a first tab).
    if ((${#offers[@]} > 1)) && [[ $COMP_TYPE != 37 && $COMP_TYPE != 42 ]]; then
        for i in "${!offers[@]}"; do
            [[ -z ${abouts[i]} ]] || printf -v "COMPREPLY[$i]" '%-*s  (%s)' "$width" "${offers[i]}" "${abouts[i]:1}"
        done
    fi
    # The bits are cobra's: no space behind it, no names of files, the order kept.
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    ((directive & 4)) && compopt +o default 2>/dev/null
    ((directive & 32)) && compopt -o nosort 2>/dev/null
    return 0
}

complete -o default -F __hooks hooks
