package livetest

import (
	"streamsplayground/engine/rendered"
	"streamsplayground/engine/term"
)

// insert is what a stream says of one item to put in.
type insert struct {
	ref        string
	at         int
	limit      int
	hasLimit   bool
	updateOnly bool
	reset      bool
}

// batch holds the inserts of one patch by id. It is a set, not a list of
// steps: what is reset is taken out first, then what is deleted, and then what
// is inserted is put in.
type batch map[string]insert

// run takes in the streams one after the other: the inserts first, so that an
// element taken out is known to come back.
func (b batch) run(streams []*rendered.Stream, reset, remove func(string)) {
	for _, s := range streams {
		// Inserts come newest first, so of one id inserted twice the oldest call's
		// options win, while the HTML is the latest.
		for _, ins := range s.Inserts {
			limit, hasLimit := integer(ins.Limit)
			b[ins.DOMID] = insert{ref: s.Ref, at: ins.At, limit: limit, hasLimit: hasLimit,
				updateOnly: ins.UpdateOnly == term.Term(term.True), reset: s.Reset}
		}
		if s.Reset {
			reset(s.Ref)
		}
		for _, id := range s.Deletes {
			remove(id)
		}
	}
}

func integer(v term.Term) (int, bool) {
	i, ok := v.(term.Int)
	return int(i), ok
}

// firstIndex returns where a new element is put first, as an index among the
// children, and false when it is not put in at all. isItem has an entry for
// each child that is there.
func firstIndex(at int, isItem []bool) (int, bool) {
	count := len(isItem)
	switch {
	case at >= 0:
		return min(at, count), true
	case at < -1:
		return 0, false
	}
	// At the end, but the end of the items: placeholders stay behind them.
	if count > 0 && !isItem[count-1] {
		for i, item := range isItem {
			if !item {
				return i, true
			}
		}
	}
	return count, true
}

// finalIndex returns where a placed element ends up, and false when it stays.
// count is the number of children including the element.
func finalIndex(at, count int) (int, bool) {
	if at < 0 {
		return 0, false
	}
	return min(at, count-1), true
}

// cut returns the children that a limit cuts off, as from and to. A negative
// limit keeps the last, a positive one the first. Placeholders count.
func cut(limit, count int) (from, to int) {
	if limit < 0 {
		return 0, max(0, count+limit)
	}
	return min(limit, count), count
}
