# Requests of tests. They go through the router in the process of the test, and
# what a browser would keep in cookies a recycled conn keeps.

defmodule Plug.Test do
  @moduledoc false
  alias Plug.Conn

  def conn(method, path, params_or_body \\ nil), do: Phoenix.ConnTest.__request__(%Conn{}, method, path, params_or_body)

  def init_test_session(conn, session) do
    conn =
      if conn.private[:plug_session_fetch] do
        Conn.fetch_session(conn)
      else
        conn |> Conn.put_private(:plug_session, %{}) |> Conn.put_private(:plug_session_fetch, :done)
      end

    Enum.reduce(session, conn, fn {key, value}, conn -> Conn.put_session(conn, key, value) end)
  end

  def put_req_cookie(conn, key, value) when is_binary(key) and is_binary(value) do
    conn = delete_req_cookie(conn, key)
    %{conn | req_headers: [{"cookie", key <> "=" <> value} | conn.req_headers]}
  end

  def delete_req_cookie(%Conn{req_cookies: %Conn.Unfetched{}} = conn, key) when is_binary(key) do
    headers = Enum.reject(conn.req_headers, fn {name, value} -> name == "cookie" and String.starts_with?(value, key <> "=") end)
    %{conn | req_headers: headers}
  end

  def delete_req_cookie(_conn, key) when is_binary(key) do
    raise ArgumentError, message: "cannot put/delete request cookies after cookies were fetched"
  end

  def recycle_cookies(new, old) do
    old = Conn.fetch_cookies(old)

    kept =
      Enum.reduce(old.resp_cookies, old.req_cookies, fn
        {key, %{max_age: 0}}, kept -> Map.delete(kept, key)
        {key, %{value: value}}, kept -> Map.put(kept, key, value)
        {key, _}, kept -> Map.delete(kept, key)
      end)

    Enum.reduce(kept, new, fn {key, value}, conn -> put_req_cookie(conn, key, value) end)
  end

  def put_peer_data(conn, data), do: Conn.put_private(conn, :playground_peer_data, data)

  def sent_resp(%Conn{} = conn), do: {conn.status, conn.resp_headers, conn.resp_body}
end

defmodule Phoenix.ConnTest do
  @moduledoc false
  alias Plug.Conn
  alias Phoenix.LiveViewTest.ClientProxy

  defmacro __using__(_opts) do
    quote do
      import Plug.Conn
      import Phoenix.ConnTest
    end
  end

  def build_conn, do: build_conn(:get, "/", nil)

  def build_conn(method, path, params_or_body \\ nil) do
    %Conn{}
    |> __request__(method, path, params_or_body)
    |> Conn.put_private(:plug_skip_csrf_protection, true)
    |> Conn.put_private(:phoenix_recycled, true)
  end

  for method <- [:get, :post, :put, :patch, :delete, :options, :connect, :trace, :head] do
    defmacro unquote(method)(conn, path_or_action, params_or_body \\ nil) do
      method = unquote(method)

      quote do
        Phoenix.ConnTest.dispatch(unquote(conn), @endpoint, unquote(method), unquote(path_or_action), unquote(params_or_body))
      end
    end
  end

  def dispatch(conn, endpoint, method, path_or_action, params_or_body \\ nil)

  def dispatch(%Conn{} = conn, endpoint, method, path_or_action, params_or_body) do
    if endpoint == nil, do: raise("no @endpoint set in test case")

    if is_binary(params_or_body) and not List.keymember?(conn.req_headers, "content-type", 0) do
      raise ArgumentError, "a content-type header is required when setting a binary body in a test connection"
    end

    path = if is_atom(path_or_action), do: "/", else: path_or_action

    conn
    |> ensure_recycled()
    |> __request__(method, path, params_or_body)
    |> Conn.put_private(:phoenix_endpoint, endpoint)
    |> parsed(endpoint)
    |> ClientProxy.dispatch(endpoint, if(is_atom(path_or_action), do: path_or_action, else: []))
    |> Conn.put_private(:phoenix_recycled, false)
    |> sent()
    |> kept()
    |> tell()
  end

  def dispatch(conn, _endpoint, method, _path_or_action, _params_or_body) do
    raise ArgumentError, "expected first argument to #{method} to be a %Plug.Conn{}, got #{inspect(conn)}"
  end

  defp sent(%Conn{state: :set} = conn), do: Conn.send_resp(conn)
  defp sent(conn), do: conn

  # What Plug.Parsers does in an endpoint, where there is none.
  defp parsed(conn, endpoint), do: if(function_exported?(endpoint, :plug_builder_call, 2), do: conn, else: parsed(conn))

  defp parsed(conn) do
    body = if match?(%Conn.Unfetched{}, conn.body_params), do: parse(conn.private.playground_body, conn.req_headers), else: conn.body_params
    conn = %{conn | body_params: body || %{}}
    conn = Conn.fetch_query_params(conn)
    %{conn | params: Map.merge(conn.params, conn.body_params)}
  end

  # The adapter of tests tells its owner what was sent.
  defp tell(%Conn{state: :sent} = conn) do
    send(self(), {make_ref(), {conn.status, conn.resp_headers, conn.resp_body}})
    conn
  end

  defp tell(conn), do: conn

  # A session that is changed after the response does not get into the cookie.
  defp kept(%Conn{state: :sent} = conn), do: conn |> keep_session() |> Conn.put_private(:playground_kept, true)
  defp kept(conn), do: conn

  # What the session's cookie holds from now on.
  defp keep_session(%Conn{private: private} = conn) do
    case private do
      %{plug_session_info: :drop} -> Conn.put_private(conn, :playground_session, %{})
      %{plug_session_info: :ignore} -> conn
      %{plug_session_info: _written, plug_session: session} -> Conn.put_private(conn, :playground_session, session)
      %{} -> conn
    end
  end

  # Makes a conn one of a request, as the test adapter of Plug does.
  def __request__(conn, method, path, params_or_body) do
    uri = URI.parse(path)
    method = method |> to_string() |> String.upcase()

    if is_binary(uri.path) and not String.starts_with?(uri.path, "/") do
      raise ArgumentError, "the URI path (#{inspect(uri.path)}) must start with \"/\""
    end

    {body, body_params, params, query, headers} = body(params_or_body, uri.query || "", conn.req_headers, method)
    host = uri.host || host_of(headers) || conn.host || "www.example.com"

    %{
      conn
      | adapter: {Plug.Adapters.Test.Conn, %{}},
        method: method,
        owner: self(),
        host: host,
        port: port(uri, conn),
        scheme: String.to_atom(uri.scheme || "http"),
        path_info: for(part <- String.split(uri.path || "/", "/"), part != "", do: part),
        request_path: uri.path || "/",
        query_string: query,
        query_params: %Conn.Unfetched{aspect: :query_params},
        body_params: body_params || %Conn.Unfetched{aspect: :body_params},
        params: params || %Conn.Unfetched{aspect: :params},
        req_headers: headers,
        remote_ip: conn.remote_ip || {127, 0, 0, 1},
        private: Map.put(conn.private, :playground_body, body)
    }
  end

  defp host_of(headers) do
    case List.keyfind(headers, "host", 0) do
      {_, host} -> host |> String.split(":") |> hd()
      nil -> nil
    end
  end

  defp port(%URI{host: nil}, %Conn{port: port}) when port != 0, do: port
  defp port(%URI{port: nil}, _conn), do: 80
  defp port(%URI{port: port}, _conn), do: port

  defp body(nil, query, headers, _method), do: {"", nil, nil, query, headers}
  defp body(body, query, headers, _method) when is_binary(body), do: {body, nil, nil, query, headers}

  defp body(params, query, headers, method) do
    params = params |> pairs() |> Map.new() |> strings()

    if method in ["GET", "HEAD"] do
      encoded = Conn.Query.encode(params)
      query = [query, encoded] |> Enum.reject(&(&1 == "")) |> Enum.join("&")
      {"", nil, Map.merge(Conn.Query.decode(query), params), query, headers}
    else
      type = {"content-type", "multipart/mixed; boundary=plug_conn_test"}
      headers = if List.keymember?(headers, "content-type", 0), do: headers, else: headers ++ [type]
      {"--plug_conn_test--", params, Map.merge(Conn.Query.decode(query), params), query, headers}
    end
  end

  defp pairs(params) when is_struct(params), do: Map.from_struct(params)
  defp pairs(params), do: params

  defp parse("", _headers), do: nil

  defp parse(body, headers) do
    {_, type} = List.keyfind(headers, "content-type", 0)

    cond do
      String.starts_with?(type, "application/x-www-form-urlencoded") -> Conn.Query.decode(body)
      String.starts_with?(type, "application/json") and body != "" -> json(JSON.decode!(body))
      true -> nil
    end
  end

  defp json(%{} = map), do: map
  defp json(other), do: %{"_json" => other}

  defp strings(%{__struct__: _} = struct), do: struct
  defp strings(%{} = map), do: Map.new(map, fn {key, value} -> {to_string(key), strings(value)} end)
  defp strings([{key, _} | _] = keyword) when is_atom(key), do: keyword |> Map.new() |> strings()
  defp strings(list) when is_list(list), do: Enum.map(list, &strings/1)
  defp strings(value) when is_boolean(value) or is_nil(value) or is_binary(value), do: value
  defp strings(value) when is_function(value) or is_pid(value) or is_reference(value), do: value
  defp strings(value) when is_atom(value) or is_number(value), do: to_string(value)
  defp strings(value), do: value

  # Between requests.

  def ensure_recycled(%Conn{private: %{phoenix_recycled: true}} = conn), do: conn
  def ensure_recycled(conn), do: recycle(conn)

  def recycle(conn, headers \\ ~w(accept accept-language authorization)) do
    kept = for {name, value} <- conn.req_headers, name in headers, do: {name, value}
    session = if conn.private[:playground_kept], do: conn.private[:playground_session], else: keep_session(conn).private[:playground_session]
    new = %{build_conn() | host: conn.host, remote_ip: conn.remote_ip}
    new = new |> Plug.Test.recycle_cookies(conn) |> Plug.Test.put_peer_data(Conn.get_peer_data(conn))
    new = if session, do: Conn.put_private(new, :playground_session, session), else: new
    %{new | req_headers: kept ++ new.req_headers}
  end

  defdelegate init_test_session(conn, session), to: Plug.Test
  defdelegate put_req_cookie(conn, key, value), to: Plug.Test
  defdelegate delete_req_cookie(conn, key), to: Plug.Test

  def fetch_flash(conn), do: Phoenix.Controller.fetch_flash(conn, [])
  def put_flash(conn, key, value), do: Phoenix.Controller.put_flash(conn, key, value)
  def clear_flash(conn), do: Phoenix.Controller.clear_flash(conn)
  def get_flash(conn), do: conn.assigns.flash
  def get_flash(conn, key), do: Phoenix.Flash.get(conn.assigns.flash, key)

  # Responses.

  def response(%Conn{state: :unset}, _status) do
    raise """
    expected connection to have a response but no response was set/sent.
    Please verify that you assign to "conn" after a request:

        conn = get(conn, "/")
        assert html_response(conn) =~ "Hello"
    """
  end

  def response(%Conn{status: status, resp_body: body}, given) do
    case Conn.Status.code(given) do
      ^status -> body
      expected -> raise "expected response with status #{expected}, got: #{status}, with body:\n#{inspect(body)}"
    end
  end

  def html_response(conn, status), do: response_as(conn, status, :html)
  def text_response(conn, status), do: response_as(conn, status, :text)
  def json_response(conn, status), do: conn |> response_as(status, :json) |> JSON.decode!()

  defp response_as(conn, status, format) do
    body = response(conn, status)
    response_content_type(conn, format)
    body
  end

  def response_content_type(conn, format) when is_atom(format) do
    case Conn.get_resp_header(conn, "content-type") do
      [] -> raise "no content-type was set, expected a #{format} response"
      [type] -> if of_format?(type, Atom.to_string(format)), do: type, else: raise("expected content-type for #{format}, got: #{inspect(type)}")
      _ -> raise "more than one content-type was set, expected a #{format} response"
    end
  end

  defp of_format?(header, format) do
    case Conn.Utils.content_type(header) do
      {:ok, type, subtype, _params} ->
        format == subtype or String.ends_with?(subtype, "+" <> format) or format in MIME.extensions(type <> "/" <> subtype)

      _ ->
        false
    end
  end

  def redirected_to(conn, status \\ 302)
  def redirected_to(%Conn{state: :unset}, _status), do: raise("expected connection to have redirected but no response was set/sent")
  def redirected_to(conn, status) when is_atom(status), do: redirected_to(conn, Conn.Status.code(status))

  def redirected_to(%Conn{status: status} = conn, status),
    do: conn |> Conn.get_resp_header("location") |> List.first() || raise("no location header was set on redirected_to")

  def redirected_to(conn, status), do: raise("expected redirection with status #{status}, got: #{conn.status}")

  def redirected_params(%Conn{} = conn, status \\ 302) do
    %URI{path: path} = conn |> redirected_to(status) |> URI.parse()
    path_params(conn, path)
  end

  def path_params(%Conn{} = conn, to) when is_binary(to) do
    case ClientProxy.path_params(to) do
      nil -> raise Phoenix.Router.NoRouteError, conn: conn, router: Phoenix.Controller.router_module(conn)
      params -> Map.new(params, fn {key, value} -> {String.to_atom(key), value} end)
    end
  end

  def bypass_through(conn), do: Conn.put_private(conn, :phoenix_bypass, :all)
  def bypass_through(conn, router), do: Conn.put_private(conn, :phoenix_bypass, {router, :current})
  def bypass_through(conn, router, pipelines), do: Conn.put_private(conn, :phoenix_bypass, {router, List.wrap(pipelines)})

  def assert_error_sent(status, func) do
    expected = Conn.Status.code(status)

    case attempt(func) do
      {:ok, %{state: :sent, status: status}} ->
        ExUnit.Assertions.flunk("expected error to be sent as #{expected} status, but response sent #{status} without error")

      {:ok, _} ->
        ExUnit.Assertions.flunk("expected error to be sent as #{expected} status, but no error happened")

      {:error, error, stack} ->
        case Plug.Exception.status(error) do
          ^expected ->
            {expected, [{"content-type", "text/html; charset=utf-8"}], Conn.Status.reason_phrase(expected)}

          other ->
            reraise ExUnit.AssertionError, [message: "expected error to be sent as #{expected} status, but got #{other} from:\n"], stack
        end
    end
  end

  defp attempt(func) do
    {:ok, func.()}
  rescue
    error -> {:error, error, __STACKTRACE__}
  end
end
