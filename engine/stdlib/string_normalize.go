package stdlib

func normalize(s, form string) string { return s }
