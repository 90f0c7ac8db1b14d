# Phoenix.LiveViewTest. What stands for the browser is a process: a view or an
# element names it, and these functions call it.

defmodule Phoenix.LiveViewTest do
  @moduledoc false
  alias Phoenix.LiveViewTest.{ClientProxy, Element, Upload, UploadClient, View}

  @flash_cookie "__phoenix_flash__"

  # Starting views.

  defmacro live(conn, path \\ nil, opts \\ []) do
    quote do
      Phoenix.LiveViewTest.__live__(
        unquote(conn),
        unquote(path),
        unquote(opts),
        fn conn, path -> get(conn, path) end
      )
    end
  end

  defmacro live_isolated(conn, live_view, opts \\ []) do
    quote do
      Phoenix.LiveViewTest.__isolated__(unquote(conn), @endpoint, unquote(live_view), unquote(opts))
    end
  end

  def __live__(conn, path, opts, get) when is_binary(path), do: conn |> get.(path) |> join(path, opts)

  def __live__(%Plug.Conn{state: state, status: status} = conn, nil, opts, _get) do
    path = path_of(conn)

    cond do
      state == :sent and status == 200 -> join(conn, path, opts)
      state == :sent and status == 302 -> redirected(conn)
      state == :sent -> raise ArgumentError, "request to #{conn.request_path} received unexpected #{status} response"
      true -> raise ArgumentError, unsent(path)
    end
  end

  def __live__(_conn, path, _opts, _get), do: raise(RuntimeError, "path must be nil or a binary, got: #{inspect(path)}")

  defp path_of(%Plug.Conn{request_path: path, query_string: ""}), do: path
  defp path_of(%Plug.Conn{request_path: path, query_string: query}), do: path <> "?" <> query

  defp unsent(path) do
    """
    a request has not yet been sent.

    live/1 must use a connection with a sent response. Either call get/2
    prior to live/1, or use live/2 while providing a path to have a get
    request issued for you. For example issuing a get yourself:

        {:ok, view, _html} =
          conn
          |> get("#{path}")
          |> live()

    or performing the GET and live connect in a single step:

        {:ok, view, _html} = live(conn, "#{path}")
    """
  end

  def __isolated__(conn, endpoint, live_view, opts) do
    endpoint = endpoint || raise("no @endpoint set in test module")

    conn
    |> Plug.Conn.put_private(:phoenix_endpoint, endpoint)
    |> Plug.Test.init_test_session(%{})
    |> ClientProxy.isolated(live_view, opts)
    |> join(nil, opts)
  end

  defp join(%Plug.Conn{status: 200, assigns: %{live_module: module}} = conn, path, opts) do
    start(path, %{
      kind: :document,
      html: Phoenix.ConnTest.response(conn, 200),
      connect_params: conn.private[:live_view_connect_params] || %{},
      connect_info: conn.private[:live_view_connect_info] || %{conn | resp_body: nil, resp_headers: []},
      live_module: module,
      endpoint: Phoenix.Controller.endpoint_module(conn),
      session: session_of(conn),
      url: Plug.Conn.request_url(conn),
      on_error: opts[:on_error],
      start_location: []
    })
  end

  defp join(%Plug.Conn{status: 200}, _path, _opts), do: {:error, :nosession}
  defp join(%Plug.Conn{status: status} = conn, _path, _opts) when status in [301, 302, 303], do: redirected(conn)

  defp redirected(conn) do
    [to | _] = Plug.Conn.get_resp_header(conn, "location")
    kind = if conn.private[:phoenix_live_redirect], do: :live_redirect, else: :redirect
    flash = conn.assigns[:flash] || conn.private[:phoenix_flash]
    {:error, {kind, if(flash, do: %{to: to, flash: flash}, else: %{to: to})}}
  end

  defp session_of(conn) do
    Plug.Conn.get_session(conn)
  rescue
    _ -> %{}
  end

  defp start(path, opts) do
    supervisor =
      case ExUnit.fetch_test_supervisor() do
        {:ok, supervisor} -> supervisor
        :error -> raise ArgumentError, "LiveView helpers can only be invoked from the test process"
      end

    ref = make_ref()
    warnings = Application.get_env(:phoenix_live_view, :test_warnings, [])

    unless warnings in [:warn, :raise, :ignore] or is_list(warnings) do
      raise ArgumentError,
            "Phoenix.LiveViewTest :warnings configuration must be one of :warn, :raise, :ignore, or a keyword list. Got: #{inspect(warnings)}"
    end

    case ClientProxy.start_link(Map.merge(opts, %{ref: ref, test_warnings: warnings})) do
      {:error, reason} ->
        exit({reason, {__MODULE__, :live, [path]}})

      :ignore ->
        receive do
          {^ref, {:error, reason}} -> {:error, reason}
        end

      {:ok, _proxy} ->
        {:ok, _keeper} = Supervisor.start_child(supervisor, keeper(ref))
        receive do
          {^ref, {:ok, view, html}} -> {:ok, view, html}
        end
    end
  end

  # Makes the supervisor of the test wait until the views have ended.
  defp keeper(ref) do
    task = fn ->
      Process.flag(:trap_exit, true)

      receive do
        {:EXIT, _from, _reason} -> ClientProxy.await_end(ref)
      end
    end

    %{id: ref, restart: :temporary, shutdown: 7_000, start: {Task, :start_link, [task]}}
  end

  def put_connect_params(conn, params) when is_map(params),
    do: Plug.Conn.put_private(conn, :live_view_connect_params, params)

  def put_connect_info(conn, info) when is_map(info),
    do: Plug.Conn.put_private(conn, :live_view_connect_info, info)

  # The module attribute of the test where it has one.
  defp endpoint_of(module) do
    if module && Module.has_attribute?(module, :endpoint), do: quote(do: @endpoint)
  end

  # Components without a view.

  defmacro render_component(component, assigns \\ {:%{}, [], []}, opts \\ []) do
    endpoint = endpoint_of(__CALLER__.module)

    component =
      if is_atom(component) do
        quote do
          unquote(component).__live__()
          unquote(component)
        end
      else
        component
      end

    quote do
      Phoenix.LiveViewTest.__render_component__(unquote(component), unquote(assigns), unquote(opts), unquote(endpoint))
    end
  end

  def __render_component__(component, assigns, opts, endpoint) when is_atom(component),
    do: ClientProxy.render_component(component, Map.new(assigns), endpoint, opts[:router])

  def __render_component__(function, assigns, _opts, _endpoint) when is_function(function, 1),
    do: assigns |> Map.new() |> Map.put_new(:__changed__, %{}) |> function.() |> ClientProxy.render_template()

  def rendered_to_string(rendered), do: rendered |> Phoenix.HTML.html_escape() |> Phoenix.HTML.safe_to_string()

  # Finding elements.

  defguardp is_text_filter(filter) when is_binary(filter) or is_struct(filter, Regex) or is_nil(filter)

  def element(%View{proxy: proxy}, selector, text_filter \\ nil) when is_binary(selector) and is_text_filter(text_filter),
    do: %Element{proxy: proxy, selector: selector, text_filter: text_filter}

  def form(%View{proxy: proxy}, selector, form_data \\ %{}) when is_binary(selector),
    do: %Element{proxy: proxy, selector: selector, form_data: form_data}

  def put_submitter(%Element{proxy: proxy} = form, submitter) when is_binary(submitter),
    do: put_submitter(form, %Element{proxy: proxy, selector: submitter})

  def put_submitter(%Element{} = form, %Element{} = submitter),
    do: %{form | meta: Map.put(form.meta, :submitter, submitter)}

  def with_target(%View{} = view, target), do: %{view | target: target}

  def has_element?(%Element{} = element), do: call(element, {:render_element, :has_element?, element})

  def has_element?(%View{} = view, selector, text_filter \\ nil) when is_binary(selector) and is_text_filter(text_filter),
    do: view |> element(selector, text_filter) |> has_element?()

  def live_children(%View{} = parent), do: call(parent, {:live_children, topic(parent)})
  def find_live_child(%View{} = parent, id), do: Enum.find(live_children(parent), &(&1.id == id))
  def page_title(view), do: call(view, :page_title)

  # Rendering.

  def render(view_or_element) do
    case render_tree(view_or_element) do
      {:error, reason} -> {:error, reason}
      tree -> Phoenix.LiveViewTest.TreeDOM.to_html(tree)
    end
  end

  defp render_tree(%View{} = view), do: call(view, {:render_element, :find_element, {topic(view), "render", view.target}})
  defp render_tree(%Element{} = element), do: call(element, {:render_element, :find_element, element})

  def render_async(view_or_element, timeout \\ __timeout__(:assert_receive_timeout)) do
    pids =
      case view_or_element do
        %View{} = view -> call(view, {:async_pids, {topic(view), nil, nil}})
        %Element{} = element -> call(element, {:async_pids, element})
      end

    until = System.monotonic_time(:millisecond) + timeout

    for ref <- Enum.map(pids, &Process.monitor/1) do
      receive do
        {:DOWN, ^ref, :process, _pid, _reason} -> :ok
      after
        max(until - System.monotonic_time(:millisecond), 0) ->
          raise RuntimeError, "expected async processes to finish within #{timeout}ms"
      end
    end

    render(view_or_element)
  end

  def render_patch(%View{} = view, path) when is_binary(path), do: call(view, {:render_patch, topic(view), path})

  # Events.

  def render_click(element, value \\ %{})
  def render_click(%Element{} = element, value), do: event(element, :click, value)
  def render_click(view, event), do: render_click(view, event, %{})
  def render_click(view, event, value), do: event(view, :click, event, value)

  def render_submit(element, value \\ %{})
  def render_submit(%Element{} = element, value), do: event(element, :submit, value)
  def render_submit(view, event), do: render_submit(view, event, %{})
  def render_submit(view, event, value), do: event(view, :submit, event, value)

  def render_change(element, value \\ %{})
  def render_change(%Element{} = element, value), do: event(element, :change, value)
  def render_change(view, event), do: render_change(view, event, %{})
  def render_change(view, event, value), do: event(view, :change, event, value)

  def render_keydown(element, value \\ %{})
  def render_keydown(%Element{} = element, value), do: event(element, :keydown, value)
  def render_keydown(view, event), do: render_keydown(view, event, %{})
  def render_keydown(view, event, value), do: event(view, :keydown, event, value)

  def render_keyup(element, value \\ %{})
  def render_keyup(%Element{} = element, value), do: event(element, :keyup, value)
  def render_keyup(view, event), do: render_keyup(view, event, %{})
  def render_keyup(view, event, value), do: event(view, :keyup, event, value)

  def render_blur(element, value \\ %{})
  def render_blur(%Element{} = element, value), do: event(element, :blur, value)
  def render_blur(view, event), do: render_blur(view, event, %{})
  def render_blur(view, event, value), do: event(view, :blur, event, value)

  def render_focus(element, value \\ %{})
  def render_focus(%Element{} = element, value), do: event(element, :focus, value)
  def render_focus(view, event), do: render_focus(view, event, %{})
  def render_focus(view, event, value), do: event(view, :focus, event, value)

  def render_hook(view_or_element, event, value \\ %{})
  def render_hook(%Element{} = element, event, value), do: event(%{element | event: to_string(event)}, :hook, value)
  def render_hook(view, event, value), do: event(view, :hook, event, value)

  defp event(%Element{} = element, type, value) when is_map(value) or is_list(value),
    do: call(element, {:render_event, element, type, value})

  defp event(%View{} = view, type, event, value) when is_map(value) or is_list(value),
    do: call(view, {:render_event, {topic(view), to_string(event), view.target}, type, value})

  # Calls the process of a view or an element.
  defp call(%{proxy: {_ref, _topic, proxy}} = view_or_element, request) do
    result =
      try do
        GenServer.call(proxy, request, :infinity)
      catch
        :exit, {{:shutdown, {kind, opts}}, _} when kind in [:redirect, :live_redirect] -> {:ok, {:error, {kind, opts}}}
        :exit, {{exception, stack}, _} -> exit({{exception, stack}, {__MODULE__, :call, [view_or_element]}})
      end

    case result do
      :ok -> :ok
      {:ok, value} -> value
      {:raise, exception} -> raise exception
    end
  end

  defp topic(%{proxy: {_ref, topic, _proxy}}), do: topic

  # Uploads.

  defmacro file_input(view, form_selector, name, entries) do
    quote do
      Phoenix.LiveViewTest.__file_input__(unquote(view), unquote(form_selector), unquote(name), unquote(entries))
    end
  end

  def __file_input__(view, selector, name, entries) do
    sync_with_root(view)
    cid = call(view, {:upload_target, view, selector})

    for entry <- entries, content = entry[:content], size = entry[:size], byte_size(content) != size do
      raise ArgumentError, """
      entry content size must match provided size.

      By default the content size is calculated using byte_size/1, so you
      rarely need to provide the size option yourself unless you are testing
      for misbehaving clients.
      """
    end

    case GenServer.call(view.pid, {:phoenix, :fetch_upload_config, name, cid}) do
      {:ok, config} ->
        {:ok, supervisor} = ExUnit.fetch_test_supervisor()
        {:ok, pid} = Supervisor.start_child(supervisor, {UploadClient, cid: cid, external: config.external != false})
        Upload.new(pid, view, selector, name, entries, cid)

      :error ->
        raise "no uploads allowed for #{name}"
    end
  end

  def render_upload(%Upload{} = upload, entry_name, percent \\ 100) do
    entry =
      Enum.find(upload.entries, &(&1["name"] == entry_name)) ||
        raise ArgumentError, "no such entry with name #{inspect(entry_name)}"

    case UploadClient.fetch_allow_acknowledged(upload, entry_name) do
      {:ok, _token} -> render_chunk(upload, entry_name, percent)
      {:error, :nopreflight} -> preflight_and_render(upload, entry_name, entry["ref"], percent)
      {:error, reason} -> {:error, reason}
    end
  end

  defp preflight_and_render(upload, entry_name, ref, percent) do
    with {:ok, %{entries: tokens, errors: errors}} <- preflight_upload(upload) do
      acknowledged = UploadClient.acknowledge(upload, entry_name, tokens, errors)

      case {errors, acknowledged} do
        {%{^ref => reasons}, _} -> {:error, for(reason <- reasons, do: [ref, reason])}
        {_, :ok} -> render_chunk(upload, entry_name, percent)
        {_, {:error, reason}} -> {:error, reason}
      end
    end
  end

  def preflight_upload(%Upload{} = upload) do
    case call(upload.element, {:render_event, upload.element, :allow_upload, {upload.entries, upload.cid}}) do
      %{error: reason} -> {:error, reason}
      %{ref: _ref} = reply -> {:ok, reply}
    end
  end

  # A progress callback may send the page elsewhere, which ends the proxy.
  defp render_chunk(%Upload{view: %{proxy: {_ref, _topic, proxy}}} = upload, entry_name, percent) do
    monitor = Process.monitor(proxy)
    trap = Process.flag(:trap_exit, true)

    try do
      case UploadClient.chunk(upload, entry_name, percent, proxy) do
        {:ok, _} ->
          sync_with_root(upload.view)
          render(upload.view)

        {:error, reason} ->
          {:error, reason}
      end
    catch
      :exit, reason ->
        receive do
          {:DOWN, ^monitor, :process, _pid, {:shutdown, {kind, opts}}} when kind in [:redirect, :live_redirect] -> {:error, {kind, opts}}
        after
          0 -> exit(reason)
        end
    after
      Process.flag(:trap_exit, trap)
    end
  end

  defp sync_with_root(%View{proxy: {_ref, topic, proxy}}), do: GenServer.call(proxy, {:sync_with_root, topic})

  # Navigation.

  def assert_patch(view, timeout \\ __timeout__(:assert_receive_timeout))
  def assert_patch(view, timeout) when is_integer(timeout), do: view |> assert_navigation(:patch, nil, timeout) |> elem(0)
  def assert_patch(view, to) when is_binary(to), do: assert_patch(view, to, __timeout__(:assert_receive_timeout))

  def assert_patch(view, to, timeout) when is_binary(to) and is_integer(timeout),
    do: view |> assert_navigation(:patch, to, timeout) |> elem(0)

  def assert_patched(view, to), do: assert_patch(view, to, 0)

  def refute_patched(view), do: refute_navigation(view, :patch, nil)
  def refute_patched(view, to) when is_binary(to), do: refute_navigation(view, :patch, to)

  def assert_redirect(view, timeout \\ __timeout__(:assert_receive_timeout))
  def assert_redirect(view, timeout) when is_integer(timeout), do: assert_navigation(view, :redirect, nil, timeout)
  def assert_redirect(view, to) when is_binary(to), do: assert_redirect(view, to, __timeout__(:assert_receive_timeout))

  def assert_redirect(view, to, timeout) when is_binary(to) and is_integer(timeout),
    do: view |> assert_navigation(:redirect, to, timeout) |> elem(1)

  def assert_redirected(view, to), do: assert_redirect(view, to, 0)

  def refute_redirected(view), do: refute_navigation(view, :redirect, nil)
  def refute_redirected(view, to) when is_binary(to), do: refute_navigation(view, :redirect, to)

  defp assert_navigation(%{proxy: {ref, topic, _proxy}} = view, kind, to, timeout) do
    receive do
      {^ref, {^kind, ^topic, %{to: new} = opts}} when to == nil or new == to -> {new, ClientProxy.verify_flash(opts[:flash])}
    after
      timeout ->
        expected = if to, do: "#{kind} to #{inspect(to)}", else: "#{kind}"

        seen =
          case last_navigation(ref, topic, nil) do
            {other, new} when new != to -> "a #{other} to #{inspect(new)}"
            _ -> "none"
          end

        raise ArgumentError, "expected #{inspect(view.module)} to #{expected}, but got #{seen}"
    end
  end

  defp last_navigation(ref, topic, last) do
    receive do
      {^ref, {kind, ^topic, %{to: to}}} when kind in [:patch, :redirect] -> last_navigation(ref, topic, {kind, to})
    after
      0 -> last
    end
  end

  defp refute_navigation(%{proxy: {ref, topic, _proxy}} = view, kind, to) do
    receive do
      {^ref, {^kind, ^topic, %{to: new}}} when to == nil or new == to ->
        unexpected = if to, do: "#{kind} to #{inspect(to)}", else: "#{kind}"
        raise ArgumentError, "expected #{inspect(view.module)} not to #{unexpected}, but got a #{kind} to #{inspect(new)}"
    after
      0 -> :ok
    end
  end

  defmacro follow_redirect(reason, conn, to \\ nil) do
    quote do
      conn = unquote(conn)
      to = unquote(to)

      case unquote(reason) do
        {:error, {:live_redirect, opts}} ->
          {conn, to} = Phoenix.LiveViewTest.__follow_redirect__(conn, @endpoint, to, opts)
          live(conn, to)

        {:error, {:redirect, opts}} ->
          {conn, to} = Phoenix.LiveViewTest.__follow_redirect__(conn, @endpoint, to, opts)
          {:ok, get(conn, to)}

        _ ->
          raise "LiveView did not redirect"
      end
    end
  end

  def __follow_redirect__(conn, _endpoint, expected, %{to: to} = opts) do
    if expected && expected != to do
      raise ArgumentError, "expected LiveView to redirect to #{inspect(expected)}, but got #{inspect(to)}"
    end

    params = conn.private[:live_view_connect_params]
    conn = Phoenix.ConnTest.ensure_recycled(conn)
    conn = if params, do: put_connect_params(conn, params), else: conn

    case opts[:flash] do
      nil -> {conn, to}
      flash when is_map(flash) -> {Phoenix.ConnTest.put_req_cookie(conn, @flash_cookie, ClientProxy.sign_flash(flash)), to}
      flash -> {Phoenix.ConnTest.put_req_cookie(conn, @flash_cookie, flash), to}
    end
  end

  def live_redirect(view, opts), do: __live_redirect__(view, opts)

  def __live_redirect__(%View{proxy: {_ref, _topic, proxy}} = view, opts, token_func \\ & &1) do
    root = GenServer.call(proxy, :root_view)

    url =
      case Keyword.fetch!(opts, :to) do
        "/" <> _ = path -> root.url |> URI.merge(path) |> URI.to_string()
        url -> url
      end

    unless ClientProxy.live_route?(url) do
      raise ArgumentError, "attempted to navigate to a non-live route at #{inspect(url)}\n"
    end

    html = render(view)
    GenServer.call(proxy, {:stop, {:shutdown, :duplicate_topic}})
    tokens = {root.id, token_func.(root.session_token), token_func.(root.static_token)}
    start(url, Map.merge(root.options, %{kind: :fragment, html: html, url: url, live_redirect: tokens}))
  end

  defmacro follow_trigger_action(form, conn) do
    quote do
      form = unquote(form)

      {method, path, form_data} =
        Phoenix.LiveViewTest.__render_trigger_submit__(
          form,
          :follow_trigger_action,
          "phx-trigger-action",
          "could not follow trigger action because form #{inspect(form.selector)} " <>
            "does not have a phx-trigger-action attribute"
        )

      dispatch(unquote(conn), @endpoint, method, path, form_data)
    end
  end

  defmacro submit_form(form, conn) do
    quote do
      form = unquote(form)

      {method, path, form_data} =
        Phoenix.LiveViewTest.__render_trigger_submit__(
          form,
          :submit_form,
          "action",
          "could not submit form because form #{inspect(form.selector)} does not have an action attribute"
        )

      dispatch(unquote(conn), @endpoint, method, path, form_data)
    end
  end

  def __render_trigger_submit__(%Element{} = form, name, required, message) do
    case call(form, {:form_values, form}) do
      {"form", attrs, values} ->
        attrs = Map.new(attrs)
        unless is_map_key(attrs, required), do: raise(ArgumentError, message <> ", got: #{inspect(Enum.to_list(attrs))}")
        path = Map.get_lazy(attrs, "action", fn -> call(form, :url) end)
        {attrs["method"] || "get", path, Map.merge(values, ClientProxy.strings(Map.new(form.form_data || %{})))}

      {tag, _, _} ->
        raise ArgumentError, "could not #{name} because given element did not return a form, got #{inspect(tag)} instead"
    end
  end

  # Messages.

  defmacro assert_push_event(view, event, payload, timeout \\ nil) do
    timeout = timeout || quote(do: Phoenix.LiveViewTest.__timeout__(:assert_receive_timeout))

    quote do
      %{proxy: {ref, _topic, _}} = unquote(view)
      assert_receive {^ref, {:push_event, unquote(event), unquote(payload)}}, unquote(timeout)
    end
  end

  defmacro refute_push_event(view, event, payload, timeout \\ nil) do
    timeout = timeout || quote(do: Phoenix.LiveViewTest.__timeout__(:refute_receive_timeout))

    quote do
      %{proxy: {ref, _topic, _}} = unquote(view)

      receive do
        {^ref, {:push_event, unquote(event), unquote(payload) = data}} ->
          flunk("Unexpectedly received event \"#{unquote(event)}\"\n\nPayload:\n\n#{inspect(data, pretty: true)}\n")
      after
        unquote(timeout) -> false
      end
    end
  end

  defmacro assert_reply(view, payload, timeout \\ nil) do
    timeout = timeout || quote(do: Phoenix.LiveViewTest.__timeout__(:assert_receive_timeout))

    quote do
      %{proxy: {ref, _topic, _}} = unquote(view)
      assert_receive {^ref, {:reply, unquote(payload)}}, unquote(timeout)
    end
  end

  def __timeout__(key), do: Keyword.get(ExUnit.configuration(), key, 100)

  def open_browser(view_or_element, open_fun \\ nil)

  def open_browser(_view_or_element, nil),
    do: raise(ArgumentError, "there is no browser to open and no file to write in this playground, use render/1 to see the HTML")

  def open_browser(view_or_element, open_fun) when is_function(open_fun, 1),
    do: open_browser(view_or_element, nil)
end
