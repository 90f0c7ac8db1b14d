package live

import (
	"streamsplayground/engine/interp"
	"streamsplayground/engine/source"
	"streamsplayground/engine/syntax"
)

// absentMacros stand for functions of a module that are not part of the
// playground: a call of one is an error that says so.
func absentMacros(of, instead string, names ...string) []interp.NativeMacro {
	var out []interp.NativeMacro
	for _, name := range names {
		what := name
		if name == "__using__" {
			what = "use Phoenix.Controller"
		}
		out = append(out, interp.NativeMacro{Name: name, Arity: -1, Expand: func(_ *interp.Env, call *syntax.Call) (syntax.Node, error) {
			return nil, &source.Diagnostic{Span: call.NameAt, Unsupported: true, Hint: instead,
				Message: "`" + what + "` is " + of + ", but not part of this playground"}
		}})
	}
	return out
}

// connModules are what the files around live views import, for routers,
// controllers and layouts. Only what a layout calls is there.
func connModules() []*interp.NativeModule {
	instead := "live views are given their session and params by the server; write the page as one"
	return []*interp.NativeModule{
		{Name: "Phoenix.Controller", Funcs: []interp.NativeFunc{
			{Name: "get_csrf_token", Arity: 0, Fn: csrfToken},
		}, Macros: absentMacros("Phoenix", instead, "__using__", "accepts", "action_name", "allow_jsonp", "clear_flash",
			"controller_module", "current_path", "current_url", "endpoint_module", "fetch_flash", "get_flash", "get_format", "html", "json",
			"layout", "merge_flash", "put_flash", "put_format", "put_layout", "put_new_layout", "put_new_view", "put_root_layout",
			"put_router_url", "put_static_url", "put_view", "redirect", "render", "root_layout", "router_module", "scrub_params",
			"send_download", "text", "view_module", "view_template")},
		{Name: "Plug.Conn", Macros: absentMacros("Plug", instead, "assign", "async_assign", "clear_session", "configure_session",
			"delete_req_header", "delete_resp_cookie", "delete_resp_header", "delete_session", "fetch_cookies", "fetch_query_params",
			"fetch_session", "get_cookies", "get_peer_data", "get_req_header", "get_resp_header", "get_session", "halt", "merge_assigns",
			"merge_private", "merge_resp_headers", "put_private", "put_req_header", "put_resp_content_type", "put_resp_cookie",
			"put_resp_header", "put_session", "put_status", "read_body", "register_before_send", "request_url", "resp", "send_chunked",
			"send_file", "send_resp", "update_resp_header")},
	}
}
