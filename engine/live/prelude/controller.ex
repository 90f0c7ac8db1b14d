# Controllers: what answers the routes beside the live ones.

defmodule Phoenix.NotAcceptableError do
  defexception message: "no supported media type in accept header", accepts: [], plug_status: 406
end

defmodule Phoenix.MissingParamError do
  defexception message: "expected key to be present in params", plug_status: 400

  def exception(opts) do
    %__MODULE__{message: "expected key #{inspect(opts[:key])} to be present in params, please send the expected key or adapt your scrub_params/2 call"}
  end
end

defmodule Phoenix.ActionClauseError do
  defexception message: nil, plug_status: 400, function: nil, arity: nil, module: nil, args: nil, kind: nil, clauses: nil

  def message(%{message: message}) when is_binary(message), do: message
  def message(error), do: FunctionClauseError.message(%FunctionClauseError{module: error.module, function: error.function, arity: error.arity})
end

defmodule Phoenix.Router.NoRouteError do
  defexception plug_status: 404, message: "no route found", conn: nil, router: nil

  def exception(opts) do
    conn = Keyword.fetch!(opts, :conn)
    router = Keyword.fetch!(opts, :router)
    path = "/" <> Enum.join(conn.path_info, "/")
    %__MODULE__{message: "no route found for #{conn.method} #{path} (#{inspect(router)})", conn: conn, router: router}
  end
end

defmodule Phoenix.Template do
  @moduledoc false

  defmodule UndefinedError do
    defexception message: nil
    def message(error), do: error.message
  end

  def render(module, template, format, assigns) do
    assigns
    |> Map.new()
    |> Map.pop(:layout, false)
    |> within_layout(module, template, format)
  end

  defp within_layout({{layout, name}, assigns}, module, template, format) do
    inner = call(module, template, format, assigns)
    call(layout, to_string(name), format, Map.put(assigns, :inner_content, inner))
  end

  defp within_layout({none, assigns}, module, template, format) when none in [false, nil],
    do: call(module, template, format, assigns)

  defp call(module, template, format, assigns) do
    case Plug.Conn.Native.template(module, template) do
      {:function, name} -> apply(module, name, [assigns])
      :render -> module.render(template <> "." <> format, assigns)
      {:missing, why} ->
        raise ArgumentError, message: "no \"#{template}\" #{format} template defined for #{inspect(module)}  (#{why})"
    end
  end

  def render_to_iodata(module, template, format, assign), do: module |> render(template, format, assign) |> encode(format)

  def render_to_string(module, template, format, assign),
    do: module |> render_to_iodata(template, format, assign) |> IO.iodata_to_binary()

  defp encode(content, "html"), do: content |> Phoenix.HTML.Safe.to_iodata()
  defp encode(content, "json"), do: Jason.encode_to_iodata!(content)
  defp encode(content, "js"), do: Jason.encode_to_iodata!(content)
  defp encode(content, _format), do: content
end

defmodule Phoenix.Controller do
  use Phoenix.Controller.Native
  import Plug.Conn

  @unsent [:unset, :set]

  def action_name(conn), do: conn.private.phoenix_action
  def controller_module(conn), do: conn.private.phoenix_controller
  def router_module(conn), do: conn.private.phoenix_router
  def endpoint_module(conn), do: conn.private[:phoenix_endpoint] || Plug.Conn.Native.endpoint()

  def get_csrf_token, do: Plug.CSRFProtection.get_csrf_token()
  def delete_csrf_token, do: Plug.CSRFProtection.delete_csrf_token()
  def protect_from_forgery(conn, opts \\ []), do: Plug.CSRFProtection.call(conn, Plug.CSRFProtection.init(opts))

  # Answers.

  def json(conn, data), do: send_with_type(conn, "application/json", Jason.encode_to_iodata!(data))
  def text(conn, data), do: send_with_type(conn, "text/plain", to_string(data))
  def html(conn, data), do: send_with_type(conn, "text/html", data)

  defp send_with_type(conn, type, body), do: conn |> default_type(type) |> send_resp(conn.status || 200, body)

  defp default_type(conn, type) do
    if get_resp_header(conn, "content-type") == [] do
      type = if type =~ "charset", do: type, else: type <> "; charset=utf-8"
      %{conn | resp_headers: [{"content-type", type} | conn.resp_headers]}
    else
      conn
    end
  end

  def redirect(conn, opts) when is_list(opts) do
    to =
      case {opts[:to], opts[:external]} do
        {nil, nil} -> raise ArgumentError, "expected :to or :external option in redirect/2"
        {nil, external} -> external
        {to, _} -> Plug.Conn.Native.local_path(to)
      end

    shown = to |> Phoenix.HTML.html_escape() |> Phoenix.HTML.safe_to_string()

    conn
    |> put_resp_header("location", to)
    |> default_type("text/html")
    |> send_resp(conn.status || 302, "<html><body>You are being <a href=\"#{shown}\">redirected</a>.</body></html>")
  end

  def send_download(conn, kind, opts \\ [])

  def send_download(conn, {:binary, data}, opts) do
    name = Keyword.fetch!(opts, :filename)
    type = opts[:content_type] || MIME.from_path(name)
    place = opts[:disposition] || :attachment

    conn
    |> put_resp_content_type(type, opts[:charset])
    |> put_resp_header("content-disposition", "#{place}; filename=\"#{URI.encode(name)}\"")
    |> send_resp(conn.status || 200, data)
  end

  def send_download(_conn, {:file, path}, _opts),
    do: raise(ArgumentError, "there are no files in the playground to send, got: #{inspect(path)}")

  # Views and layouts. Each may be one for all formats, or a list by format.

  def put_view(%Plug.Conn{} = conn, formats), do: put_by_format(conn, :phoenix_view, formats, true)
  def put_new_view(%Plug.Conn{} = conn, formats), do: put_by_format(conn, :phoenix_view, formats, false)

  def put_layout(%Plug.Conn{state: state} = conn, layout) when state in @unsent,
    do: put_by_format(conn, :phoenix_layout, layouts(layout), true)

  def put_new_layout(%Plug.Conn{state: state} = conn, layout) when state in @unsent,
    do: put_by_format(conn, :phoenix_layout, layouts(layout), false)

  def put_root_layout(%Plug.Conn{state: state} = conn, layout) when state in @unsent,
    do: put_by_format(conn, :phoenix_root_layout, layouts(layout), true)

  defp layouts(list) when is_list(list), do: Enum.map(list, fn {format, layout} -> {format, checked(layout)} end)
  defp layouts(layout), do: checked(layout)

  defp checked({module, name}) when is_atom(module), do: {module, name}
  defp checked(false), do: false
  defp checked(name) when is_atom(name) or is_binary(name), do: {:same, name}

  defp put_by_format(conn, key, formats, replace) when is_list(formats) do
    known = conn.private[key] || %{}
    new = Map.new(formats, fn {format, value} -> {to_string(format), value} end)
    put_private(conn, key, if(replace, do: Map.merge(known, fixed(new, known)), else: Map.merge(new, known)))
  end

  defp put_by_format(conn, key, value, replace) do
    known = conn.private[key] || %{}
    put_private(conn, key, if(replace, do: Map.merge(known, fixed(%{_: value}, known)), else: Map.put_new(known, :_, value)))
  end

  # A layout without a module is one of the module that was set before.
  defp fixed(new, known) do
    Map.new(new, fn
      {format, {:same, name}} ->
        case Map.get(known, format) || Map.get(known, :_) || Map.get(known, "html") do
          {module, _} -> {format, {module, name}}
          _ -> raise "cannot use put_layout/2 or put_root_layout/2 with atom/binary when layout is false or not set"
        end

      other ->
        other
    end)
  end

  def view_module(conn, format \\ nil) do
    format = format || get_format(conn)

    case by_format(conn, :phoenix_view, format) do
      nil -> raise "no view was found for the format: #{inspect(format)}. The supported formats are: #{inspect(Map.keys(conn.private[:phoenix_view] || %{}) -- [:_])}"
      view -> view
    end
  end

  def view_template(conn), do: conn.private[:phoenix_template]
  def layout(conn, format \\ nil), do: by_format(conn, :phoenix_layout, format || get_format(conn)) || false
  def root_layout(conn, format \\ nil), do: by_format(conn, :phoenix_root_layout, format || get_format(conn)) || false

  defp by_format(conn, key, format) do
    # What was set for all formats wins. A layout for all is for HTML only.
    case conn.private[key] || %{} do
      %{_: value} -> if key == :phoenix_view or format in [nil, "html"], do: value
      %{^format => value} -> value
      %{} -> nil
    end
  end

  def put_format(conn, format), do: put_private(conn, :phoenix_format, to_string(format))
  def get_format(conn), do: conn.private[:phoenix_format] || format_of(conn.params)

  defp format_of(%{"_format" => format}), do: format
  defp format_of(_), do: nil

  # Rendering.

  def render(conn, template_or_assigns \\ [])
  def render(conn, template) when is_binary(template) or is_atom(template), do: render(conn, template, [])
  def render(conn, assigns), do: render(conn, action_name(conn), assigns)

  def render(conn, template, assigns) when is_atom(template) and (is_map(assigns) or is_list(assigns)) do
    format =
      get_format(conn) ||
        raise "cannot render template #{inspect(template)} because conn.params[\"_format\"] is not set. " <>
                "Please set `plug :accepts, ~w(html json ...)` in your pipeline."

    render_and_send(conn, format, Atom.to_string(template), assigns)
  end

  def render(conn, template, assigns) when is_binary(template) and (is_map(assigns) or is_list(assigns)) do
    case String.split(template, ".") do
      [base, format] -> conn |> put_format(format) |> render_and_send(format, base, assigns)
      _ -> raise "cannot render template #{inspect(template)} without format. Use an atom if you want to set the template name without format"
    end
  end

  def render(conn, view, template) when is_atom(view) and (is_binary(template) or is_atom(template)),
    do: conn |> put_view(view) |> render(template, [])

  def render(conn, view, template, assigns) when is_atom(view), do: conn |> put_view(view) |> render(template, assigns)

  defp render_and_send(conn, format, template, assigns) do
    assigns = Map.new(assigns)
    view = view_module(conn, format)
    layout = with nil <- Map.get(assigns, :layout), do: by_format(conn, :phoenix_layout, format) || false
    all = conn.assigns |> Map.merge(assigns) |> Map.put(:layout, named(layout))
    conn = conn |> put_private(:phoenix_template, template <> "." <> format) |> Map.put(:assigns, all)
    shown = Map.put(all, :conn, conn)

    body =
      case root_of(conn, format) do
        {module, name} ->
          inner = Phoenix.Template.render(view, template, format, shown)
          {_, base} = named({module, name})
          root = shown |> Map.put(:inner_content, inner) |> Map.delete(:layout)
          Phoenix.Template.render_to_iodata(module, base, format, root)

        _ ->
          Phoenix.Template.render_to_iodata(view, template, format, shown)
      end

    conn |> default_type(MIME.type(format)) |> send_resp(conn.status || 200, body)
  end

  defp root_of(conn, format) do
    with {module, _} = root <- by_format(conn, :phoenix_root_layout, format) do
      if Plug.Conn.Native.root_layout?(module), do: root
    end
  end

  defp named({module, name}), do: {module, name |> to_string() |> String.split(".") |> hd()}
  defp named(_), do: false

  # Flash.

  def fetch_flash(conn, _opts \\ []) do
    if Map.get(conn.assigns, :flash) do
      conn
    else
      kept = get_session(conn, "phoenix_flash")

      conn
      |> assign(:flash, kept || %{})
      |> register_before_send(fn conn ->
        flash = conn.assigns.flash

        cond do
          kept == nil and flash == %{} -> conn
          flash != %{} and conn.status in 300..308 -> put_session(conn, "phoenix_flash", flash)
          true -> delete_session(conn, "phoenix_flash")
        end
      end)
    end
  end

  def put_flash(conn, key, message) do
    flash = conn.assigns[:flash] || raise ArgumentError, "flash not fetched, call fetch_flash/2"
    assign(conn, :flash, Map.put(flash, to_string(key), message))
  end

  def merge_flash(conn, pairs), do: Enum.reduce(pairs, conn, fn {key, message}, conn -> put_flash(conn, key, message) end)
  def clear_flash(conn), do: assign(conn, :flash, %{})
  def get_flash(conn), do: conn.assigns[:flash] || raise(ArgumentError, "flash not fetched, call fetch_flash/2")
  def get_flash(conn, key), do: conn |> get_flash() |> Map.get(to_string(key))

  # Plugs of a pipeline.

  def put_secure_browser_headers(conn, headers \\ %{}) do
    defaults = [
      {"referrer-policy", "strict-origin-when-cross-origin"},
      {"content-security-policy", "base-uri 'self'; frame-ancestors 'self';"},
      {"x-content-type-options", "nosniff"},
      {"x-permitted-cross-domain-policies", "none"}
    ]

    missing = Enum.reject(defaults, fn {key, _} -> get_resp_header(conn, key) != [] end)
    merge_resp_headers(%{conn | resp_headers: missing ++ conn.resp_headers}, headers)
  end

  def accepts(conn, [first | _] = accepted) do
    header = get_req_header(conn, "accept")

    cond do
      match?(%{"_format" => _}, conn.params) -> accept_param(conn, conn.params["_format"], accepted)
      header in [[], ["*/*"]] -> put_format(conn, first)
      hd(header) =~ "*/*" and "html" in accepted -> put_format(conn, "html")
      true -> accept_header(conn, hd(header), accepted)
    end
  end

  defp accept_param(conn, format, accepted) do
    if format in accepted do
      put_format(conn, format)
    else
      raise Phoenix.NotAcceptableError,
        message: "unknown format #{inspect(format)}, expected one of #{inspect(accepted)}",
        accepts: accepted
    end
  end

  defp accept_header(conn, header, accepted) do
    wanted =
      header
      |> String.split(",")
      |> Enum.flat_map(fn part ->
        case Plug.Conn.Utils.media_type(part) do
          {:ok, main, sub, params} -> [{quality(params), main, sub, part}]
          :error -> []
        end
      end)
      |> Enum.sort_by(fn {quality, _, _, _} -> -quality end)

    format = Enum.find_value(wanted, fn {_, main, sub, _} -> Enum.find(accepted, &covers?(main, sub, MIME.type(&1))) end)

    if format do
      put_format(conn, format)
    else
      given = Enum.map_join(wanted, "\n  ", fn {_, main, sub, part} -> "#{inspect(part)} with extensions: #{inspect(MIME.extensions(main <> "/" <> sub))}" end)

      raise Phoenix.NotAcceptableError,
        accepts: accepted,
        message: "no supported media type in accept header.\n\nExpected one of #{inspect(accepted)} but got the following formats:\n\n  * #{given}\n"
    end
  end

  defp quality(%{"q" => text}) do
    case Float.parse(text) do
      {quality, _} -> quality
      :error -> 1.0
    end
  end

  defp quality(_), do: 1.0

  defp covers?("*", "*", _type), do: true
  defp covers?(main, "*", type), do: String.starts_with?(type, main <> "/")
  defp covers?(main, sub, type), do: type == main <> "/" <> sub

  def scrub_params(conn, key) do
    case conn.params do
      %{^key => value} -> %{conn | params: Map.put(conn.params, key, scrub(value))}
      %{} -> raise Phoenix.MissingParamError, key: key
    end
  end

  defp scrub(%{__struct__: _} = struct), do: struct
  defp scrub(%{} = map), do: Map.new(map, fn {key, value} -> {key, scrub(value)} end)
  defp scrub(list) when is_list(list), do: Enum.map(list, &scrub/1)
  defp scrub(text) when is_binary(text), do: if(String.trim(text) == "", do: nil, else: text)
  defp scrub(other), do: other

  def put_router_url(conn, url), do: put_private(conn, :phoenix_router_url, to_string(url))
  def put_static_url(conn, url), do: put_private(conn, :phoenix_static_url, to_string(url))
  def allow_jsonp(conn, _opts \\ []), do: conn

  def current_path(%Plug.Conn{} = conn) do
    if conn.query_string == "", do: path_of(conn), else: path_of(conn) <> "?" <> conn.query_string
  end

  def current_path(conn, params) when params == %{}, do: path_of(conn)
  def current_path(conn, params), do: path_of(conn) <> "?" <> Plug.Conn.Query.encode(params)

  defp path_of(conn), do: String.replace(conn.request_path, ~r{//+}, "/")

  def current_url(conn), do: endpoint_module(conn).url() <> current_path(conn)
  def current_url(conn, params), do: endpoint_module(conn).url() <> current_path(conn, params)

  def status_message_from_template(template) do
    template |> String.split(".") |> hd() |> String.to_integer() |> Plug.Conn.Status.reason_phrase()
  rescue
    _ -> "Internal Server Error"
  end

  # What `use Phoenix.Controller` sets for a controller.
  def __defaults__(conn, module, opts) do
    base = module |> inspect() |> String.replace_suffix("Controller", "")

    view =
      case Keyword.fetch(opts, :formats) do
        {:ok, formats} ->
          for entry <- formats do
            case entry do
              {format, suffix} -> {format, Module.concat([base <> suffix])}
              format -> {format, Module.concat([base <> String.upcase(to_string(format))])}
            end
          end

        :error ->
          Module.concat([base <> "View"])
      end

    layout =
      case {opts[:layouts], opts[:namespace]} do
        {nil, nil} -> if opts[:formats], do: [], else: {Module.concat([module |> Module.split() |> hd(), "LayoutView"]), :app}
        {nil, namespace} -> {Module.concat(namespace, "LayoutView"), :app}
        {list, _} -> Enum.map(list, fn {format, layout} -> {format, if(is_tuple(layout), do: layout, else: {layout, :app})} end)
      end

    conn |> put_new_layout(layout) |> put_new_view(view)
  end

  # An action, with what becomes of a result that is no connection.
  def __action__(conn, module, fallback) do
    result =
      try do
        module.action(conn, [])
      rescue
        error in FunctionClauseError ->
          if {error.module, error.function, error.arity} == {module, action_name(conn), 2} do
            raise Phoenix.ActionClauseError, module: module, function: error.function, arity: 2,
              message: "no function clause matching in #{inspect(module)}.#{error.function}/2\n\nThe following arguments were given to #{inspect(module)}.#{error.function}/2:\n\n    # 1\n    %Plug.Conn{...}\n\n    # 2\n    #{inspect(conn.params)}\n"
          else
            reraise error, __STACKTRACE__
          end
      end

    case {result, fallback} do
      {%Plug.Conn{}, _} -> result
      {_, nil} -> raise "expected action/2 to return a Plug.Conn, all plugs must receive a connection (conn) and return a connection, got: #{inspect(result)}"
      {_, fallback} when is_function(fallback) -> fallback.(conn, result)
    end
  end
end

defmodule Phoenix.LiveView.Controller do
  @moduledoc false

  def live_render(%Plug.Conn{} = conn, view, opts \\ []) do
    case Plug.Conn.Native.render_view(conn, view, opts) do
      {:ok, content, assigns} ->
        conn = Plug.Conn.fetch_query_params(conn)
        conn = if Phoenix.Controller.get_format(conn), do: conn, else: Phoenix.Controller.put_format(conn, "html")

        conn
        |> Phoenix.Controller.put_view(Phoenix.LiveView.Static)
        |> Phoenix.Controller.render(:template, Map.merge(assigns, %{content: content, live_module: view}))

      {kind, status, flash, to} ->
        conn = if kind == :live_redirect, do: Plug.Conn.put_private(conn, :phoenix_live_redirect, true), else: conn
        conn = Enum.reduce(flash, conn, fn {key, value}, conn -> Phoenix.Controller.put_flash(conn, key, value) end)
        conn |> Plug.Conn.put_status(status) |> Phoenix.Controller.redirect(to)
    end
  end
end

defmodule Phoenix.LiveView.Static do
  @moduledoc false
  def template(%{content: content}), do: {:safe, content}
end

defmodule Phoenix.LiveView.Plug do
  @moduledoc false
  @behaviour Plug

  def init(view), do: view

  def call(%Plug.Conn{private: %{phoenix_live_view: {view, opts, live_session}}} = conn, _opts) do
    extra = live_session.extra
    conn = Phoenix.Controller.put_layout(conn, false)

    conn =
      case extra do
        %{root_layout: layout} -> Phoenix.Controller.put_root_layout(conn, layout)
        %{} -> conn
      end

    session =
      case extra do
        %{session: {module, fun, args}} -> apply(module, fun, [conn | args])
        %{session: session} -> session
        %{} -> %{}
      end

    Phoenix.LiveView.Controller.live_render(conn, view, Keyword.put(opts, :session, session))
  end
end
