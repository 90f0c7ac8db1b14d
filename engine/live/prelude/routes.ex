# Paths with ~p, their parameters, and query strings. Paths are not checked
# against the router. The macros are written in Go.

defprotocol Phoenix.Param do
  @moduledoc false
  @fallback_to_any true
  def to_param(term)
end

defimpl Phoenix.Param, for: Integer do
  def to_param(int), do: Integer.to_string(int)
end

defimpl Phoenix.Param, for: Float do
  def to_param(float), do: Float.to_string(float)
end

defimpl Phoenix.Param, for: BitString do
  def to_param(bin) when is_binary(bin), do: bin
end

defimpl Phoenix.Param, for: Atom do
  def to_param(nil), do: raise(ArgumentError, "cannot convert nil to param")
  def to_param(atom), do: Atom.to_string(atom)
end

defimpl Phoenix.Param, for: Map do
  def to_param(map) do
    raise ArgumentError, "maps cannot be converted to_param. A struct was expected, got: #{inspect(map)}"
  end
end

defimpl Phoenix.Param, for: Any do
  defmacro __deriving__(module, struct, options) do
    key = Keyword.get(options, :key, :id)

    if not Map.has_key?(struct, key) do
      raise ArgumentError,
            "cannot derive Phoenix.Param for struct #{inspect(module)} because it does not have key #{inspect(key)}. " <>
              "Please pass the :key option when deriving"
    end

    empty = "cannot convert #{inspect(module)} to param, key #{inspect(key)} contains a nil value"

    quote do
      defimpl Phoenix.Param, for: unquote(module) do
        def to_param(%{unquote(key) => nil}), do: raise(ArgumentError, unquote(empty))
        def to_param(%{unquote(key) => value}), do: Phoenix.Param.to_param(value)
      end
    end
  end

  def to_param(%{id: nil}) do
    raise ArgumentError, "cannot convert struct to param, key :id contains a nil value"
  end

  def to_param(%{id: id}), do: Phoenix.Param.to_param(id)

  def to_param(map) when is_map(map) do
    raise ArgumentError,
          "structs expect an :id key when converting to_param or a custom implementation " <>
            "of the Phoenix.Param protocol (read Phoenix.Param docs for more information), " <>
            "got: #{inspect(map)}"
  end

  def to_param(data), do: raise(Protocol.UndefinedError, protocol: Phoenix.Param, value: data)
end

defmodule Plug.Conn.Query do
  @moduledoc false

  def decode(query, initial \\ %{}, _invalid \\ Plug.Conn.InvalidQueryError, _validate \\ true)
  def decode("", initial, _invalid, _validate), do: initial
  def decode(query, initial, _invalid, _validate), do: Map.merge(initial, Plug.Conn.Native.decode_query(query))

  def encode(pairs, encoder \\ &Kernel.to_string/1), do: "" |> pair(pairs, encoder) |> IO.iodata_to_binary()

  defp pair(field, %{__struct__: module} = struct, encoder) when is_atom(module), do: [field, ?= | value(struct, encoder)]
  defp pair(field, %{} = map, encoder), do: fields(map, field, encoder)

  defp pair(field, [first | _] = list, encoder) when is_tuple(first) do
    list |> Enum.uniq_by(&elem(&1, 0)) |> fields(field, encoder)
  end

  defp pair(field, list, encoder) when is_list(list) do
    list
    |> Enum.flat_map(fn
      item when is_map(item) and map_size(item) != 1 ->
        raise ArgumentError,
              "cannot encode maps inside lists when the map has 0 or more than 1 element, got: #{inspect(item)}"

      item ->
        [?&, pair(field <> "[]", item, encoder)]
    end)
    |> without_first()
  end

  defp pair(field, nil, _encoder), do: [field, ?=]
  defp pair(field, item, encoder), do: [field, ?= | value(item, encoder)]

  defp fields(pairs, parent, encoder) do
    pairs
    |> Enum.flat_map(fn
      {_key, empty} when empty in [%{}, []] -> []
      {key, item} -> [?&, key |> named(parent) |> pair(item, encoder)]
    end)
    |> without_first()
  end

  defp named(key, ""), do: encode_key(key)
  defp named(key, parent), do: parent <> "[" <> encode_key(key) <> "]"

  defp encode_key(key), do: key |> to_string() |> URI.encode_www_form()
  defp value(item, encoder), do: item |> encoder.() |> URI.encode_www_form()

  defp without_first([?& | rest]), do: rest
  defp without_first([]), do: []
end

defmodule Phoenix.VerifiedRoutes do
  @moduledoc false

  use Phoenix.VerifiedRoutes.Native

  def unverified_path(context, router, path, params \\ %{})

  def unverified_path(%URI{path: base}, router, path, params) do
    unverified_path(nil, router, (base || "") <> path, params)
  end

  def unverified_path(_context, _router, path, params) when params in [%{}, []], do: path
  def unverified_path(_context, _router, path, params), do: path <> "?" <> __encode_query__(params)

  def unverified_url(context, path, params \\ %{})

  def unverified_url(%URI{} = uri, path, params) do
    unverified_path(nil, nil, URI.to_string(%{uri | path: path}), params)
  end

  def unverified_url(%{host_uri: %URI{} = uri}, path, params), do: unverified_url(uri, path, params)
  def unverified_url(%{__struct__: Plug.Conn, private: %{phoenix_router_url: url}}, path, params), do: unverified_path(nil, nil, url <> path, params)

  def unverified_url(%{__struct__: Plug.Conn} = conn, path, params),
    do: unverified_path(nil, nil, (conn.private[:phoenix_endpoint] || Plug.Conn.Native.endpoint()).url() <> path, params)

  def unverified_url(endpoint, path, params) when is_atom(endpoint), do: unverified_path(nil, nil, endpoint.url() <> path, params)

  def unverified_url(other, path, _params) do
    raise ArgumentError,
          "expected a %Plug.Conn{}, a %Phoenix.Socket{}, a %URI{}, a struct with an :endpoint key, " <>
            "or a Phoenix.Endpoint when building url at #{path}, got: #{inspect(other)}"
  end

  def static_path(_context, path), do: path
  def static_url(context, path), do: unverified_url(context, path)
  def static_integrity(_context, _path), do: nil

  def __encode_segment__([]), do: ""
  def __encode_segment__([first | _] = segments) when is_binary(first), do: Enum.map_join(segments, "/", &segment/1)
  def __encode_segment__(data), do: segment(data)

  defp segment(data), do: data |> Phoenix.Param.to_param() |> URI.encode(&URI.char_unreserved?/1)

  def __encode_query__(dict) when is_map(dict) and not is_struct(dict), do: Plug.Conn.Query.encode(dict, &to_param/1)
  def __encode_query__([]), do: ""
  def __encode_query__([{_, _} | _] = dict), do: Plug.Conn.Query.encode(dict, &to_param/1)

  def __encode_query__(list) when is_list(list) do
    raise ArgumentError,
          "expected a keyword list or map for query string encoding, got: #{inspect(list)}. " <>
            "Use the full query string syntax instead, such as ~p\"/path?\#{[key: #{inspect(list)}]}\""
  end

  def __encode_query__(value), do: value |> to_param() |> URI.encode_www_form()

  defp to_param(boolean) when is_boolean(boolean), do: Atom.to_string(boolean)
  defp to_param(data), do: Phoenix.Param.to_param(data)

  def __join__(path, ""), do: path
  def __join__(path, query), do: path <> "?" <> query
end
