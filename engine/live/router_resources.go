package live

import (
	"slices"
	"strings"

	"streamsplayground/engine/syntax"
	"streamsplayground/engine/term"
)

// resourceRoute is one of the routes that resources/4 adds.
type resourceRoute struct{ action, method, path string }

// The routes in the order in which they are matched; :id is the parameter.
var (
	manyRoutes = []resourceRoute{{"index", "GET", ""}, {"edit", "GET", "/:id/edit"}, {"new", "GET", "/new"}, {"show", "GET", "/:id"},
		{"create", "POST", ""}, {"update", "PATCH", "/:id"}, {"update", "PUT", "/:id"}, {"delete", "DELETE", "/:id"}}
	oneRoute = []resourceRoute{{"edit", "GET", "/edit"}, {"new", "GET", "/new"}, {"show", "GET", ""}, {"create", "POST", ""},
		{"update", "PATCH", ""}, {"update", "PUT", ""}, {"delete", "DELETE", ""}}
)

// resources expands resources/2 to /4. Those in its do-block are nested below
// one of them.
func (c *routerCall) resources() (syntax.Node, error) {
	if len(c.args) < 2 {
		return nil, c.fail("resources expects a path and a controller")
	}
	path, module, err := c.target(c.args)
	if err != nil {
		return nil, err
	}
	opts := term.Empty
	if v, err := c.value(2); err != nil {
		return nil, err
	} else if l, ok := v.(*term.List); ok {
		opts = l
	}
	param, name := "id", resourceName(module)
	if p, ok := keyword(opts, "param").(term.Binary); ok {
		param = string(p)
	}
	if n, ok := keyword(opts, "name").(term.Binary); ok {
		name = string(n)
	}
	as := term.Term(str(name))
	if a, ok := term.KeywordGet(opts, term.NewAtom("as")); ok {
		as = a
	}
	routes := manyRoutes
	single := keyword(opts, "singleton") == term.Term(term.True)
	if single {
		routes = oneRoute
	}
	for _, r := range routes {
		if !resourceWanted(opts, r.action) {
			continue
		}
		full := c.fullPath(path + strings.Replace(r.path, ":id", ":"+param, 1))
		route := c.scoped(tableRoute{RouteInfo: RouteInfo{Method: r.method, Path: full, View: c.fullModule(module)}, opts: term.NewAtom(r.action)})
		if r.method != "PUT" {
			c.named(&route, as)
		}
		c.table.add(route)
	}
	if c.body == nil {
		return c.nothing(), nil
	}
	s := *c.top()
	s.path = append(slices.Clip(s.path), splitPath(path)...)
	if !single {
		s.path = append(s.path, ":"+name+"_"+param)
	}
	if term.Truthy(as) {
		s.as = append(slices.Clip(s.as), nameText(as))
	}
	if alias, ok := keyword(opts, "alias").(term.Atom); ok {
		s.alias = joinAlias(s.alias, alias)
	}
	c.scopes = append(c.scopes, s)
	return c.around([]string{"Phoenix", "Router"}, "__end_scope__"), nil
}

// resourceName is "user" for UserController.
func resourceName(module term.Atom) string {
	name := term.Inspect(module)
	return underscore(strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "Controller"))
}

// resourceWanted reports whether the options only: and except: leave an action.
func resourceWanted(opts *term.List, action string) bool {
	has := func(v term.Term) bool {
		l, _ := v.(*term.List)
		for e := range l.All() {
			if atomName(e) == action {
				return true
			}
		}
		return false
	}
	if only := keyword(opts, "only"); only != nil {
		return has(only)
	}
	if except := keyword(opts, "except"); except != nil {
		return !has(except)
	}
	return true
}
