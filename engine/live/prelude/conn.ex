# Plug: the connection of one request, and what answers it. The server makes a
# %Plug.Conn{} of a request, gives it to the router, and writes what comes back.

defmodule Plug do
  @moduledoc false
  @callback init(opts :: term) :: term
  @callback call(conn :: term, opts :: term) :: term

  def run(conn, plugs, _opts \\ []), do: Plug.Builder.__run__(conn, Enum.map(plugs, &runnable/1))

  defp runnable({mod, opts}), do: {inspect(mod), &mod.call(&1, mod.init(opts))}
  defp runnable(fun), do: {inspect(fun), fun}
end

defmodule Plug.Conn.Unfetched do
  @moduledoc false
  defstruct [:aspect]

  def fetch(%{aspect: aspect}, key), do: unfetched!(aspect, key)
  def get_and_update(%{aspect: aspect}, key, _fun), do: unfetched!(aspect, key)
  def pop(%{aspect: aspect}, key), do: unfetched!(aspect, key)

  defp unfetched!(aspect, key) do
    raise ArgumentError,
          "cannot fetch key #{inspect(key)} from conn.#{aspect} because they were not fetched"
  end
end

defprotocol Plug.Exception do
  @moduledoc false
  @fallback_to_any true
  def status(exception)
  def actions(exception)
end

defimpl Plug.Exception, for: Any do
  def status(%{plug_status: status}), do: Plug.Conn.Status.code(status)
  def status(_), do: 500
  def actions(_exception), do: []
end

defmodule Plug.Conn.NotSentError do
  defexception message: "a response was neither set nor sent from the connection"
end

defmodule Plug.Conn.AlreadySentError do
  defexception message: "the response was already sent"
end

defmodule Plug.Conn.InvalidHeaderError do
  defexception message: "header is not valid"
end

defmodule Plug.Conn.InvalidQueryError do
  defexception message: "query string is invalid", plug_status: 400
end

defmodule Plug.Conn.CookieOverflowError do
  defexception message: "cookie exceeds maximum size"
end

defmodule Plug.BadRequestError do
  defexception message: "could not process the request due to client error", plug_status: 400
end

defmodule Plug.CSRFProtection.InvalidCSRFTokenError do
  defexception plug_status: 403,
               message:
                 "invalid CSRF (Cross Site Request Forgery) token, please make sure that:\n\n" <>
                   "  * The session cookie is being sent and session is loaded\n" <>
                   "  * The request include a valid '_csrf_token' param or 'x-csrf-token' header\n"
end

defmodule Plug.CSRFProtection.InvalidCrossOriginRequestError do
  defexception plug_status: 403,
               message:
                 "security warning: an embedded <script> tag on another site requested " <>
                   "protected JavaScript (if you know what you're doing, disable forgery " <>
                   "protection for this route)"
end

defmodule Plug.Conn.Status do
  @moduledoc false

  @codes %{
    continue: 100, switching_protocols: 101, processing: 102, early_hints: 103,
    ok: 200, created: 201, accepted: 202, non_authoritative_information: 203, no_content: 204,
    reset_content: 205, partial_content: 206, multi_status: 207, already_reported: 208, im_used: 226,
    multiple_choices: 300, moved_permanently: 301, found: 302, see_other: 303, not_modified: 304,
    use_proxy: 305, switch_proxy: 306, temporary_redirect: 307, permanent_redirect: 308,
    bad_request: 400, unauthorized: 401, payment_required: 402, forbidden: 403, not_found: 404,
    method_not_allowed: 405, not_acceptable: 406, proxy_authentication_required: 407,
    request_timeout: 408, conflict: 409, gone: 410, length_required: 411, precondition_failed: 412,
    request_entity_too_large: 413, request_uri_too_long: 414, unsupported_media_type: 415,
    requested_range_not_satisfiable: 416, expectation_failed: 417, im_a_teapot: 418,
    misdirected_request: 421, unprocessable_entity: 422, unprocessable_content: 422, locked: 423,
    failed_dependency: 424, too_early: 425, upgrade_required: 426, precondition_required: 428,
    too_many_requests: 429, request_header_fields_too_large: 431, unavailable_for_legal_reasons: 451,
    internal_server_error: 500, not_implemented: 501, bad_gateway: 502, service_unavailable: 503,
    gateway_timeout: 504, http_version_not_supported: 505, variant_also_negotiates: 506,
    insufficient_storage: 507, loop_detected: 508, not_extended: 510,
    network_authentication_required: 511
  }

  @names Map.new(@codes, fn {name, code} -> {code, name} end)
  @words %{ok: "OK", im_used: "IM Used", im_a_teapot: "I'm a teapot", request_uri_too_long: "Request-URI Too Long",
           http_version_not_supported: "HTTP Version Not Supported", non_authoritative_information: "Non-Authoritative Information",
           multi_status: "Multi-Status"}

  def code(code) when is_integer(code) and code in 100..999, do: code
  def code(name) when is_map_key(@codes, name), do: Map.fetch!(@codes, name)

  def reason_atom(code) do
    case @names do
      %{422 => _} when code == 422 -> :unprocessable_content
      %{^code => name} -> name
      _ -> raise ArgumentError, "unknown status code #{inspect(code)}"
    end
  end

  def reason_phrase(code) do
    name = reason_atom(code)
    Map.get_lazy(@words, name, fn -> name |> Atom.to_string() |> String.split("_") |> Enum.map_join(" ", &String.capitalize/1) end)
  end
end

defmodule Plug.Conn.Utils do
  @moduledoc false

  def media_type(text) do
    [type | params] = String.split(text, ";")

    case type |> String.trim() |> String.downcase() |> String.split("/") do
      [main, sub] when main != "" and sub != "" -> {:ok, main, sub, params |> Enum.join(";") |> params()}
      _ -> :error
    end
  end

  def content_type(text) do
    case media_type(text) do
      {:ok, main, sub, _} when main == "*" or sub == "*" -> :error
      other -> other
    end
  end

  def params(text) do
    for part <- String.split(text, ";"), [key, value] <- [String.split(part, "=", parts: 2)], into: %{} do
      {key |> String.trim() |> String.downcase(), value |> String.trim() |> String.trim("\"")}
    end
  end
end

defmodule MIME do
  @moduledoc false

  @types %{
    "html" => "text/html", "htm" => "text/html", "txt" => "text/plain", "text" => "text/plain",
    "json" => "application/json", "js" => "text/javascript", "mjs" => "text/javascript", "css" => "text/css",
    "csv" => "text/csv", "xml" => "text/xml", "md" => "text/markdown", "ics" => "text/calendar",
    "svg" => "image/svg+xml", "png" => "image/png", "jpg" => "image/jpeg", "jpeg" => "image/jpeg",
    "gif" => "image/gif", "webp" => "image/webp", "avif" => "image/avif", "ico" => "image/vnd.microsoft.icon",
    "pdf" => "application/pdf", "zip" => "application/zip", "gz" => "application/gzip", "wasm" => "application/wasm",
    "mp3" => "audio/mpeg", "mp4" => "video/mp4", "webm" => "video/webm", "wav" => "audio/wav", "ogg" => "audio/ogg",
    "woff" => "font/woff", "woff2" => "font/woff2", "ttf" => "font/ttf", "otf" => "font/otf",
    "atom" => "application/atom+xml", "rss" => "application/rss+xml", "webmanifest" => "application/manifest+json",
    "swiftui" => "text/swiftui", "jetpack" => "text/jetpack"
  }

  def type(extension), do: Map.get(@types, String.downcase(extension), "application/octet-stream")
  def has_type?(extension), do: is_map_key(@types, String.downcase(extension))

  def extensions(type) do
    for {extension, ^type} <- Enum.sort(@types), do: extension
  end

  def from_path(path) do
    case path |> String.split("/") |> List.last() |> String.split(".") do
      [_] -> "application/octet-stream"
      parts -> type(List.last(parts))
    end
  end
end

defmodule Plug.Conn do
  defstruct adapter: {Plug.MissingAdapter, nil},
            assigns: %{},
            body_params: %Plug.Conn.Unfetched{aspect: :body_params},
            cookies: %Plug.Conn.Unfetched{aspect: :cookies},
            halted: false,
            host: "www.example.com",
            method: "GET",
            owner: nil,
            params: %Plug.Conn.Unfetched{aspect: :params},
            path_info: [],
            path_params: %{},
            port: 0,
            private: %{},
            query_params: %Plug.Conn.Unfetched{aspect: :query_params},
            query_string: "",
            remote_ip: nil,
            req_cookies: %Plug.Conn.Unfetched{aspect: :cookies},
            req_headers: [],
            request_path: "",
            resp_body: nil,
            resp_cookies: %{},
            resp_headers: [{"cache-control", "max-age=0, private, must-revalidate"}],
            scheme: :http,
            script_name: [],
            secret_key_base: nil,
            state: :unset,
            status: nil

  alias Plug.Conn
  alias Plug.Conn.Unfetched

  @unsent [:unset, :set]

  defimpl Inspect do
    def inspect(conn, opts) do
      # Bodies and secrets are long, and nobody looks for them here.
      conn = %{conn | secret_key_base: if(conn.secret_key_base, do: :..., else: nil)}
      Inspect.Any.inspect(%{conn | adapter: {elem(conn.adapter, 0), :...}}, opts)
    end
  end

  def assign(%Conn{assigns: assigns} = conn, key, value) when is_atom(key),
    do: %{conn | assigns: Map.put(assigns, key, value)}

  def merge_assigns(%Conn{assigns: assigns} = conn, new), do: %{conn | assigns: Enum.into(new, assigns)}

  def put_private(%Conn{private: private} = conn, key, value) when is_atom(key),
    do: %{conn | private: Map.put(private, key, value)}

  def merge_private(%Conn{private: private} = conn, new), do: %{conn | private: Enum.into(new, private)}

  def put_status(%Conn{state: state}, _status) when state not in @unsent, do: raise(Plug.Conn.AlreadySentError)
  def put_status(%Conn{} = conn, nil), do: %{conn | status: nil}
  def put_status(%Conn{} = conn, status), do: %{conn | status: Plug.Conn.Status.code(status)}

  def halt(%Conn{} = conn), do: %{conn | halted: true}

  # Responses.

  def resp(%Conn{state: state}, status, _body) when status == nil or state not in @unsent,
    do: raise(if status == nil, do: ArgumentError.exception("cannot send response with nil status"), else: Plug.Conn.AlreadySentError)

  def resp(%Conn{}, _status, nil), do: raise(ArgumentError, "response body cannot be set to nil")
  def resp(%Conn{} = conn, status, body), do: %{conn | status: Plug.Conn.Status.code(status), resp_body: body, state: :set}

  def send_resp(%Conn{} = conn, status, body), do: conn |> resp(status, body) |> send_resp()

  def send_resp(%Conn{state: :unset}),
    do: raise(ArgumentError, "cannot send a response that was not set. Please set the response status and body before calling send_resp/1, or use send_resp/3 instead")

  def send_resp(%Conn{state: :set} = conn) do
    conn = before_send(conn, :set)
    body = IO.iodata_to_binary(conn.resp_body)
    sent(%{conn | resp_body: body})
  end

  def send_resp(%Conn{}), do: raise(Plug.Conn.AlreadySentError)

  defp sent(conn) do
    if conn.owner, do: send(conn.owner, {:plug_conn, :sent})
    %{conn | state: :sent}
  end

  def send_file(%Conn{}, _status, file, _offset \\ 0, _length \\ :all),
    do: raise(ArgumentError, "there are no files in the playground to send, got: #{inspect(file)}")

  def send_chunked(%Conn{state: state}, _status) when state not in @unsent, do: raise(Plug.Conn.AlreadySentError)

  def send_chunked(%Conn{} = conn, status) do
    conn = before_send(%{conn | status: Plug.Conn.Status.code(status), resp_body: nil}, :set_chunked)
    %{conn | state: :chunked, resp_body: ""}
  end

  def chunk(%Conn{state: :chunked} = conn, chunk),
    do: {:ok, %{conn | resp_body: conn.resp_body <> IO.iodata_to_binary(chunk)}}

  def chunk(%Conn{}, _chunk), do: raise(ArgumentError, "chunk/2 expects a chunked response. Please ensure you have called send_chunked/2 before you send a chunk")

  defp before_send(conn, state) do
    conn = %{conn | state: state}

    conn = Enum.reduce(conn.private[:before_send] || [], conn, fn callback, conn ->
      case callback.(conn) do
        %Conn{} = conn -> conn
        other -> raise "expected #{inspect(callback)} to return a connection, got: #{inspect(other)}"
      end
    end)

    headers = Enum.reduce(conn.resp_cookies, conn.resp_headers, fn {name, opts}, headers ->
      [{"set-cookie", Plug.Conn.Cookies.encode(name, opts)} | headers]
    end)

    %{conn | resp_headers: headers}
  end

  def register_before_send(%Conn{state: state}, _callback) when state not in @unsent, do: raise(Plug.Conn.AlreadySentError)

  def register_before_send(%Conn{} = conn, callback) when is_function(callback, 1),
    do: put_private(conn, :before_send, [callback | conn.private[:before_send] || []])

  # Headers.

  def get_req_header(%Conn{req_headers: headers}, key), do: for({^key, value} <- headers, do: value)
  def put_req_header(%Conn{state: state}, _key, _value) when state not in @unsent, do: raise(Plug.Conn.AlreadySentError)
  def put_req_header(%Conn{} = conn, key, value), do: %{conn | req_headers: List.keystore(conn.req_headers, key, 0, {key, value})}
  def prepend_req_headers(%Conn{} = conn, headers), do: %{conn | req_headers: headers ++ conn.req_headers}
  def merge_req_headers(%Conn{} = conn, headers), do: Enum.reduce(headers, conn, fn {key, value}, conn -> put_req_header(conn, key, value) end)
  def delete_req_header(%Conn{} = conn, key), do: %{conn | req_headers: List.keydelete(conn.req_headers, key, 0)}

  def update_req_header(%Conn{} = conn, key, initial, fun) do
    case get_req_header(conn, key) do
      [] -> put_req_header(conn, key, initial)
      [value | _] -> put_req_header(conn, key, fun.(value))
    end
  end

  def get_resp_header(%Conn{resp_headers: headers}, key), do: for({^key, value} <- headers, do: value)

  def put_resp_header(%Conn{state: state}, _key, _value) when state not in @unsent, do: raise(Plug.Conn.AlreadySentError)

  def put_resp_header(%Conn{} = conn, key, value) when is_binary(key) and is_binary(value) do
    if String.contains?(value, ["\r", "\n"]) do
      raise Plug.Conn.InvalidHeaderError, message: "value for header #{inspect(key)} contains control feed (\\r) or newline (\\n): #{inspect(value)}"
    end

    %{conn | resp_headers: List.keystore(conn.resp_headers, key, 0, {key, value})}
  end

  def prepend_resp_headers(%Conn{} = conn, headers), do: %{conn | resp_headers: headers ++ conn.resp_headers}
  def merge_resp_headers(%Conn{} = conn, headers), do: Enum.reduce(headers, conn, fn {key, value}, conn -> put_resp_header(conn, key, value) end)
  def delete_resp_header(%Conn{} = conn, key), do: %{conn | resp_headers: List.keydelete(conn.resp_headers, key, 0)}

  def update_resp_header(%Conn{} = conn, key, initial, fun) do
    case get_resp_header(conn, key) do
      [] -> put_resp_header(conn, key, initial)
      [value | _] -> put_resp_header(conn, key, fun.(value))
    end
  end

  def put_resp_content_type(conn, type, charset \\ "utf-8")
  def put_resp_content_type(conn, type, nil), do: put_resp_header(conn, "content-type", type)
  def put_resp_content_type(conn, type, charset), do: put_resp_header(conn, "content-type", "#{type}; charset=#{charset}")

  # What came with the request.

  def fetch_query_params(conn, opts \\ [])

  def fetch_query_params(%Conn{query_params: %Unfetched{}} = conn, _opts) do
    query = Plug.Conn.Query.decode(conn.query_string)
    params = if match?(%Unfetched{}, conn.params), do: query, else: Map.merge(query, conn.params)
    %{conn | query_params: query, params: params}
  end

  def fetch_query_params(%Conn{} = conn, _opts), do: conn

  def read_body(%Conn{} = conn, _opts \\ []) do
    {body, private} = Map.pop(conn.private, :playground_body, "")
    {:ok, body, %{conn | private: private}}
  end

  def request_url(%Conn{} = conn) do
    port = if {conn.scheme, conn.port} in [http: 80, https: 443] or conn.port == 0, do: "", else: ":#{conn.port}"
    query = if conn.query_string == "", do: "", else: "?" <> conn.query_string
    "#{conn.scheme}://#{conn.host}#{port}#{conn.request_path}#{query}"
  end

  def get_peer_data(%Conn{} = conn), do: %{address: conn.remote_ip || {127, 0, 0, 1}, port: 0, ssl_cert: nil}
  def get_http_protocol(%Conn{}), do: :"HTTP/1.1"

  # Cookies.

  def fetch_cookies(conn, opts \\ [])

  def fetch_cookies(%Conn{req_cookies: %Unfetched{}} = conn, opts) do
    cookies = for header <- get_req_header(conn, "cookie"), pair <- Plug.Conn.Cookies.decode(header), into: %{}, do: pair
    kept = Enum.reduce(conn.resp_cookies, cookies, fn
      {name, %{value: value}}, cookies -> Map.put(cookies, name, value)
      {name, _deleted}, cookies -> Map.delete(cookies, name)
    end)

    fetch_cookies(%{conn | req_cookies: cookies, cookies: kept}, opts)
  end

  def fetch_cookies(%Conn{} = conn, opts) do
    signed = List.wrap(opts[:signed]) ++ List.wrap(opts[:encrypted])

    cookies = Enum.reduce(signed, conn.cookies, fn name, cookies ->
      case conn.req_cookies do
        %{^name => value} ->
          case Plug.Conn.Native.verify_cookie(name, value) do
            {:ok, value} -> Map.put(cookies, name, value)
            :error -> Map.delete(cookies, name)
          end

        %{} -> cookies
      end
    end)

    %{conn | cookies: cookies}
  end

  def get_cookies(%Conn{cookies: cookies}), do: cookies

  def put_resp_cookie(%Conn{} = conn, key, value, opts \\ []) do
    if conn.state not in @unsent, do: raise(Plug.Conn.AlreadySentError)
    {signed, opts} = Keyword.pop(opts, :sign, false)
    {encrypted, opts} = Keyword.pop(opts, :encrypt, false)
    text = if signed || encrypted, do: Plug.Conn.Native.sign_cookie(key, value), else: value

    unless is_binary(text) do
      raise ArgumentError, "put_resp_cookie/4 expects cookie value to be a binary, got: #{inspect(text)}"
    end

    cookie = opts |> Map.new() |> Map.put(:value, text) |> Map.put_new(:path, "/")
    cookies = if match?(%Unfetched{}, conn.cookies), do: conn.cookies, else: Map.put(conn.cookies, key, value)
    %{conn | resp_cookies: Map.put(conn.resp_cookies, key, cookie), cookies: cookies}
  end

  def delete_resp_cookie(%Conn{} = conn, key, opts \\ []) do
    cookie = opts |> Keyword.drop([:sign, :encrypt]) |> Map.new() |> Map.merge(%{max_age: 0, universal_time: {{1970, 1, 1}, {0, 0, 0}}}) |> Map.put_new(:path, "/")
    cookies = if match?(%Unfetched{}, conn.cookies), do: conn.cookies, else: Map.delete(conn.cookies, key)
    %{conn | resp_cookies: Map.put(conn.resp_cookies, key, cookie), cookies: cookies}
  end

  # Session. The server has read its cookie, and writes it when it changed.

  def fetch_session(conn, opts \\ [])
  def fetch_session(%Conn{private: %{plug_session_fetch: :done}} = conn, _opts), do: conn
  def fetch_session(%Conn{private: %{plug_session_fetch: fun}} = conn, opts) when is_function(fun, 2), do: fun.(conn, opts)

  def fetch_session(%Conn{private: private} = conn, _opts) do
    session = Map.get(private, :plug_session) || Map.get(private, :playground_session, %{})
    conn |> put_private(:plug_session, session) |> put_private(:plug_session_fetch, :done)
  end

  def get_session(%Conn{private: %{plug_session: session}}), do: session
  def get_session(%Conn{}), do: unfetched_session()

  def get_session(conn, key, default \\ nil)
  def get_session(conn, key, default) when is_atom(key), do: get_session(conn, Atom.to_string(key), default)
  def get_session(conn, key, default), do: conn |> get_session() |> Map.get(key, default)

  def put_session(conn, key, value) when is_atom(key), do: put_session(conn, Atom.to_string(key), value)
  def put_session(conn, key, value), do: put_session(conn, fn session -> Map.put(session, key, value) end)

  defp put_session(conn, fun) do
    session = fun.(get_session(conn))
    conn |> put_private(:plug_session, session) |> put_private(:plug_session_info, conn.private[:plug_session_info] || :write)
  end

  def delete_session(conn, key) when is_atom(key), do: delete_session(conn, Atom.to_string(key))
  def delete_session(conn, key), do: put_session(conn, fn session -> Map.delete(session, key) end)
  def clear_session(conn), do: put_session(conn, fn _session -> %{} end)

  def configure_session(conn, opts) do
    _ = get_session(conn)

    cond do
      opts[:ignore] -> put_private(conn, :plug_session_info, :ignore)
      opts[:drop] -> put_private(conn, :plug_session_info, :drop)
      opts[:renew] -> put_private(conn, :plug_session_info, :renew)
      true -> conn
    end
  end

  defp unfetched_session, do: raise(ArgumentError, "session not fetched, call fetch_session/2")
end

defmodule Plug.Conn.Cookies do
  @moduledoc false

  def decode(header) do
    for part <- String.split(header, ";"), [name, value] <- [part |> String.trim() |> String.split("=", parts: 2)], name != "", do: {name, value}
  end

  def encode(name, opts) do
    [
      "#{name}=#{opts[:value]}",
      opts[:path] && "; path=#{opts.path}",
      opts[:domain] && "; domain=#{opts.domain}",
      opts[:max_age] && "; expires=#{expires(opts)}; max-age=#{opts.max_age}",
      opts[:secure] && "; secure",
      Map.get(opts, :http_only, true) && "; HttpOnly",
      opts[:same_site] && "; SameSite=#{opts.same_site}",
      opts[:extra] && "; #{opts.extra}"
    ]
    |> Enum.filter(& &1)
    |> Enum.join()
  end

  defp expires(%{max_age: age} = opts) do
    from = case opts do
      %{universal_time: {date, time}} -> NaiveDateTime.from_erl!({date, time})
      %{} -> NaiveDateTime.utc_now() |> NaiveDateTime.add(age)
    end

    Calendar.strftime(from, "%a, %d %b %Y %H:%M:%S GMT")
  end
end

defmodule Plug.Builder do
  @moduledoc false
  use Plug.Builder.Native

  # Runs plugs, each with its name for errors, until one halts.
  def __run__(conn, []), do: conn

  def __run__(conn, [{name, fun} | rest]) do
    case fun.(conn) do
      %Plug.Conn{halted: true} = conn -> conn
      %Plug.Conn{} = conn -> __run__(conn, rest)
      other -> raise "expected #{name} to return a Plug.Conn, all plugs must receive a connection (conn) and return a connection, got: #{inspect(other)}"
    end
  end

end

defmodule Plug.CSRFProtection do
  @moduledoc false
  import Plug.Conn

  def get_csrf_token, do: Plug.Conn.Native.csrf_token()

  def get_csrf_token_for(url) when is_binary(url), do: url |> URI.parse() |> get_csrf_token_for()
  def get_csrf_token_for(%URI{}), do: get_csrf_token()

  def delete_csrf_token do
    Process.put(:plug_unmasked_csrf_token, :delete)
    Process.delete(:plug_masked_csrf_token)
  end

  def load_state(_secret, token) do
    Process.delete(:plug_masked_csrf_token)
    if token, do: Process.put(:plug_unmasked_csrf_token, token), else: Process.delete(:plug_unmasked_csrf_token)
    :ok
  end

  def dump_state, do: Process.get(:plug_unmasked_csrf_token)
  def dump_state_from_session(token) when is_binary(token) and byte_size(token) == 24, do: token
  def dump_state_from_session(_), do: nil

  def valid_state_and_csrf_token?(state, token), do: Plug.Conn.Native.valid_csrf?(state, token)

  def init(opts), do: {Keyword.get(opts, :session_key, "_csrf_token"), Keyword.get(opts, :with, :exception)}

  def call(conn, {key, mode}) do
    token = dump_state_from_session(get_session(conn, key))
    load_state(nil, token)

    conn =
      cond do
        verified?(conn, token) -> conn
        mode == :clear_session -> conn |> configure_session(ignore: true) |> clear_session()
        mode == :exception -> raise Plug.CSRFProtection.InvalidCSRFTokenError
        true -> raise ArgumentError, "option :with should be one of :exception or :clear_session, got #{inspect(mode)}"
      end

    register_before_send(conn, &keep_token(&1, key, token))
  end

  defp verified?(conn, token) do
    conn.method in ~w(HEAD GET OPTIONS) or conn.private[:plug_skip_csrf_protection] == true or
      Plug.Conn.Native.valid_csrf?(token, in_body(conn.body_params)) or
      Plug.Conn.Native.valid_csrf?(token, conn |> get_req_header("x-csrf-token") |> List.first())
  end

  defp in_body(%{"_csrf_token" => token}), do: token
  defp in_body(_), do: nil

  defp keep_token(conn, key, token) do
    if conn.method == "GET" and script?(conn) and conn.private[:plug_skip_csrf_protection] != true and
         "XMLHttpRequest" not in get_req_header(conn, "x-requested-with") do
      raise Plug.CSRFProtection.InvalidCrossOriginRequestError
    end

    Process.delete(:plug_masked_csrf_token)

    case Process.delete(:plug_unmasked_csrf_token) do
      ^token -> conn
      nil -> conn
      :delete -> delete_session(conn, key)
      current -> put_session(conn, key, current)
    end
  end

  defp script?(conn) do
    Enum.any?(get_resp_header(conn, "content-type"), &String.starts_with?(&1, ["text/javascript", "application/javascript"]))
  end
end
