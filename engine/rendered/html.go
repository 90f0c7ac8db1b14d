package rendered

// HTML returns the HTML of a rendered template that has no LiveComponents, as
// Phoenix.HTML.Safe does. component is called for one that turns up anyway; it
// is expected to raise, and what it returns is put in its place.
func HTML(d Dyn, component func(*Component) string) string {
	return string(appendHTML(nil, d, component))
}

func appendHTML(b []byte, d Dyn, component func(*Component) string) []byte {
	switch v := d.(type) {
	case Text:
		return append(b, v...)
	case *Rendered:
		return appendParts(b, v.Statics, v.Dynamic(false), component)
	case *Comprehension:
		for i := range v.Entries {
			b = appendParts(b, v.Statics, v.Entries[i].Render(nil, false), component)
		}
	case *Component:
		b = append(b, component(v)...)
	}
	return b
}

func appendParts(b []byte, statics []string, dyns []Dyn, component func(*Component) string) []byte {
	for i, s := range statics {
		b = append(b, s...)
		if i < len(dyns) {
			b = appendHTML(b, dyns[i], component)
		}
	}
	return b
}

// RenderHTML returns the HTML of the first render of a view: the dead render.
// The State is used up by it; its components were mounted for it alone.
func (s *State) RenderHTML(r *Rendered) (string, error) {
	var t Tree
	if err := t.Merge(s.Render(r)); err != nil {
		return "", err
	}
	return t.HTML(nil), nil
}
