# The plugs of an endpoint. The server has read the body of a request and serves
# the static files, so of some there is little left to do.

defmodule Plug.Parsers.UnsupportedMediaTypeError do
  defexception media_type: nil, plug_status: 415

  def message(error), do: "unsupported media type #{error.media_type}"
end

defmodule Plug.Parsers.RequestTooLargeError do
  defexception plug_status: 413,
               message:
                 "the request is too large. If you are willing to process larger requests, " <>
                   "please give a :length to Plug.Parsers"
end

defmodule Plug.Parsers.ParseError do
  defexception exception: nil, plug_status: 400

  def message(%{exception: exception}) do
    "malformed request, a #{inspect(exception.__struct__)} exception was raised " <>
      "with message #{inspect(Exception.message(exception))}"
  end
end

defmodule Plug.Parsers do
  @moduledoc false
  @behaviour Plug
  alias Plug.Conn

  @callback init(opts :: term) :: term
  @callback parse(conn :: term, type :: term, subtype :: term, params :: term, opts :: term) :: term

  @methods ~w(POST PUT PATCH DELETE)

  def init(opts) do
    {parsers, opts} = Keyword.pop(opts, :parsers)
    {pass, opts} = Keyword.pop(opts, :pass, [])
    unless parsers, do: raise(ArgumentError, "Plug.Parsers expects a set of parsers to be given in :parsers")
    {Enum.map(parsers, &parser(&1, opts)), pass}
  end

  defp parser({parser, own}, opts) when is_atom(parser) and is_list(own), do: parser(parser, Keyword.merge(opts, own))

  defp parser(parser, opts) when is_atom(parser) do
    module =
      case Atom.to_string(parser) do
        "Elixir." <> _ -> parser
        name -> Module.concat(Plug.Parsers, String.upcase(name))
      end

    {module, module.init(opts)}
  end

  def call(%Conn{method: method, body_params: %Conn.Unfetched{}} = conn, {parsers, pass}) when method in @methods do
    case List.keyfind(conn.req_headers, "content-type", 0) do
      {_, header} ->
        case Conn.Utils.content_type(header) do
          {:ok, type, subtype, params} -> parse(conn, parsers, type, subtype, params, pass)
          :error -> parse(conn, parsers, header, "", %{}, pass)
        end

      nil ->
        merged(conn, %{})
    end
  end

  def call(%Conn{body_params: %Conn.Unfetched{}} = conn, _opts), do: merged(conn, %{})
  def call(%Conn{body_params: body} = conn, _opts), do: merged(conn, body)

  defp parse(conn, [{parser, opts} | rest], type, subtype, params, pass) do
    case parser.parse(conn, type, subtype, params, opts) do
      {:ok, body, conn} -> merged(conn, body)
      {:next, conn} -> parse(conn, rest, type, subtype, params, pass)
      {:error, :too_large, _conn} -> raise Plug.Parsers.RequestTooLargeError
    end
  end

  defp parse(conn, [], type, subtype, _params, pass) do
    if pass == ["*/*"] or "#{type}/#{subtype}" in pass or "#{type}/*" in pass do
      %{merged(conn, %{}) | body_params: conn.body_params}
    else
      raise Plug.Parsers.UnsupportedMediaTypeError, media_type: "#{type}/#{subtype}"
    end
  end

  defp merged(conn, body) do
    params = if match?(%Conn.Unfetched{}, conn.params), do: %{}, else: conn.params
    conn = Conn.fetch_query_params(conn)
    all = conn.query_params |> Map.merge(params) |> Map.merge(body) |> Map.merge(conn.path_params)
    %{conn | params: all, body_params: body}
  end
end

defmodule Plug.Parsers.URLENCODED do
  @moduledoc false
  @behaviour Plug.Parsers

  def init(opts), do: opts

  def parse(conn, "application", "x-www-form-urlencoded", _params, _opts) do
    {:ok, body, conn} = Plug.Conn.read_body(conn)
    {:ok, Plug.Conn.Query.decode(body), conn}
  end

  def parse(conn, _type, _subtype, _params, _opts), do: {:next, conn}
end

defmodule Plug.Parsers.MULTIPART do
  @moduledoc false
  @behaviour Plug.Parsers

  def init(opts), do: opts

  # The server has read the fields of a form with parts before it calls a plug.
  def parse(conn, "multipart", subtype, _params, _opts) when subtype in ["form-data", "mixed"], do: {:ok, %{}, conn}
  def parse(conn, _type, _subtype, _params, _opts), do: {:next, conn}
end

defmodule Plug.Parsers.JSON do
  @moduledoc false
  @behaviour Plug.Parsers

  def init(opts) do
    {decoder, opts} = Keyword.pop(opts, :json_decoder)
    {decoder || raise(ArgumentError, "JSON parser expects a :json_decoder option"), opts[:nest_all_json] || false}
  end

  def parse(conn, "application", subtype, _params, {decoder, nest}) do
    if subtype == "json" or String.ends_with?(subtype, "+json") do
      {:ok, body, conn} = Plug.Conn.read_body(conn)
      {:ok, decoded(body, decoder, nest), conn}
    else
      {:next, conn}
    end
  end

  def parse(conn, _type, _subtype, _params, _opts), do: {:next, conn}

  defp decoded("", _decoder, _nest), do: %{}

  defp decoded(body, decoder, nest) do
    case decode(body, decoder) do
      %{} = map when not nest -> map
      other -> %{"_json" => other}
    end
  rescue
    error -> reraise Plug.Parsers.ParseError, [exception: error], __STACKTRACE__
  end

  defp decode(body, {module, fun, args}), do: apply(module, fun, [body | args])
  defp decode(body, fun) when is_function(fun, 1), do: fun.(body)
  defp decode(body, module), do: module.decode!(body)
end

defmodule Plug.Session do
  @moduledoc false
  @behaviour Plug

  def init(opts) do
    _ = Keyword.fetch!(opts, :store)
    %{key: Keyword.fetch!(opts, :key)}
  end

  # The server keeps the session, whatever the store.
  def call(conn, _config), do: Plug.Conn.put_private(conn, :plug_session_fetch, &fetch/2)

  defp fetch(conn, _opts) do
    session = Map.merge(Map.get(conn.private, :playground_session, %{}), Map.get(conn.private, :plug_session, %{}))
    conn |> Plug.Conn.put_private(:plug_session, session) |> Plug.Conn.put_private(:plug_session_fetch, :done)
  end
end

defmodule Plug.Static do
  @moduledoc false
  @behaviour Plug
  import Plug.Conn

  defmodule InvalidPathError do
    @moduledoc false
    defexception message: "invalid path for static asset", plug_status: 400
  end

  def init(opts) do
    %{
      from: Keyword.fetch!(opts, :from),
      at: opts |> Keyword.fetch!(:at) |> String.split("/", trim: true),
      only: Keyword.get(opts, :only, []),
      only_matching: Keyword.get(opts, :only_matching, []),
      headers: Keyword.get(opts, :headers, %{})
    }
  end

  # The server has looked among the files of the project before it calls a plug. What is left are
  # those that code wrote elsewhere. What they hold may be anybody's, so it runs no scripts.
  def call(%Plug.Conn{method: method} = conn, %{from: from} = opts) when method in ["GET", "HEAD"] and is_binary(from) do
    with [first | _] = segments <- subset(opts.at, conn.path_info), true <- allowed?(first, opts) do
      segments = Enum.map(segments, &URI.decode/1)
      if invalid?(segments), do: raise(InvalidPathError, "invalid path for static asset: #{conn.request_path}")
      serve(conn, File.read(Path.join([from | segments])), List.last(segments), opts)
    else
      _ -> conn
    end
  end

  def call(conn, _opts), do: conn

  defp serve(conn, {:ok, data}, name, opts) do
    conn
    |> put_resp_header("content-type", MIME.from_path(name))
    |> put_resp_header("content-security-policy", "sandbox")
    |> merge_resp_headers(opts.headers)
    |> send_resp(200, data)
    |> halt()
  end

  defp serve(conn, {:error, _}, _name, _opts), do: conn

  defp allowed?(_first, %{only: [], only_matching: []}), do: true
  defp allowed?(first, opts), do: first in opts.only or String.starts_with?(first, opts.only_matching)

  defp subset([h | expected], [h | actual]), do: subset(expected, actual)
  defp subset([], actual), do: actual
  defp subset(_, _), do: []

  defp invalid?(segments), do: Enum.any?(segments, &(&1 in [".", "..", ""] or String.contains?(&1, ["/", "\\", ":", "\0"])))
end

defmodule Plug.Head do
  @moduledoc false
  @behaviour Plug

  def init([]), do: []
  def call(%Plug.Conn{method: "HEAD"} = conn, []), do: %{conn | method: "GET"}
  def call(conn, []), do: conn
end

defmodule Plug.MethodOverride do
  @moduledoc false
  @behaviour Plug

  def init([]), do: []

  def call(%Plug.Conn{method: "POST", body_params: %{"_method" => method}} = conn, []) when is_binary(method) do
    case String.upcase(method, :ascii) do
      method when method in ~w(DELETE PUT PATCH) -> %{conn | method: method}
      _ -> conn
    end
  end

  def call(conn, []), do: conn
end

defmodule Plug.RequestId do
  @moduledoc false
  @behaviour Plug
  alias Plug.Conn

  def init(opts) do
    {Keyword.get(opts, :http_header, "x-request-id"), Keyword.get(opts, :assign_as),
     Keyword.get(opts, :logger_metadata_key, :request_id), Keyword.get(opts, :generator, &__MODULE__.generate/0)}
  end

  def call(conn, {header, assign_as, metadata_key, generator}) do
    id =
      case Conn.get_req_header(conn, header) do
        [id | _] when byte_size(id) in 20..200 -> id
        _ -> generator.()
      end

    Logger.metadata([{metadata_key, id}])
    conn = if assign_as, do: Conn.assign(conn, assign_as, id), else: conn
    Conn.put_resp_header(conn, header, id)
  end

  def generate do
    Base.url_encode64(<<System.system_time(:nanosecond)::64, :erlang.phash2({node(), self()}, 16_777_216)::24, :erlang.unique_integer()::32>>)
  end
end

defmodule Plug.Telemetry do
  @moduledoc false
  @behaviour Plug

  def init(opts) do
    {prefix, opts} = Keyword.pop(opts, :event_prefix)
    unless prefix, do: raise(ArgumentError, ":event_prefix is required")

    unless is_list(prefix) and Enum.all?(prefix, &is_atom/1) do
      raise ArgumentError, "expected :event_prefix to be a list of atoms, got: #{inspect(prefix)}"
    end

    {prefix ++ [:start], prefix ++ [:stop], opts}
  end

  def call(conn, {start, stop, opts}) do
    started = System.monotonic_time()
    :telemetry.execute(start, %{system_time: System.system_time()}, %{conn: conn, options: opts})

    Plug.Conn.register_before_send(conn, fn conn ->
      :telemetry.execute(stop, %{duration: System.monotonic_time() - started}, %{conn: conn, options: opts})
      conn
    end)
  end
end
