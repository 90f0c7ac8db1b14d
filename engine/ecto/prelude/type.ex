# Ecto.Type: what may be given for a type, what is stored of it, and which values
# of it are the same. Dates and times are Ecto.Type.Calendar's.

defmodule Ecto.Type do
  @moduledoc false
  import Kernel, except: [match?: 2]
  alias Ecto.Type.Calendar, as: Times

  @callback type :: term
  @callback cast(term) :: {:ok, term} | :error | {:error, keyword}
  @callback load(term) :: {:ok, term} | :error
  @callback dump(term) :: {:ok, term} | :error
  @callback equal?(term, term) :: boolean
  @callback embed_as(atom) :: :self | :dump
  @callback autogenerate() :: term
  @optional_callbacks autogenerate: 0

  defmacro __using__(_opts) do
    quote do
      @behaviour Ecto.Type
      def embed_as(_), do: :self
      def equal?(term1, term2), do: term1 == term2
      defoverridable embed_as: 1, equal?: 2
    end
  end

  @times [:time, :time_usec, :naive_datetime, :naive_datetime_usec, :utc_datetime, :utc_datetime_usec]
  @base [:integer, :float, :decimal, :boolean, :string, :bitstring, :map, :binary, :id, :binary_id, :any, :date, :duration] ++
          @times
  @composite [:array, :map, :try, :in, :param]
  @lists [:in, :splice]

  def base?(type), do: type in @base
  def composite?(type), do: type in @composite

  def primitive?({:parameterized, _}), do: true
  def primitive?({composite, _}) when composite in @composite, do: true
  def primitive?(type), do: type in @base

  def parameterized?({:parameterized, {module, _}}, module), do: true
  def parameterized?(_type, _module), do: false

  def type({:parameterized, {module, params}}), do: module.type(params)
  def type({composite, type}) when composite in [:array, :map], do: {composite, type(type)}
  def type({:try, type}), do: type(type)
  def type(type) when type in @base, do: type
  def type(type) when is_atom(type), do: type.type()
  def type(type), do: type

  def embed_as({:parameterized, {module, params}}, format), do: module.embed_as(format, params)
  def embed_as({composite, type}, format) when composite in @composite, do: embed_as(type, format)
  def embed_as(type, _format) when type in @base, do: :self
  def embed_as(module, format), do: module.embed_as(format)

  def embedded_dump(type, value, format) do
    case embed_as(type, format) do
      :self -> {:ok, value}
      :dump -> dump(type, value, &embedded_dump(&1, &2, format))
    end
  end

  def embedded_load(type, value, format) do
    case embed_as(type, format) do
      :self -> with({:error, _} <- cast(type, value), do: :error)
      :dump -> load(type, value, &embedded_load(&1, &2, format))
    end
  end

  def match?(schema_type, query_type) do
    if primitive?(schema_type), do: same?(schema_type, query_type), else: same?(schema_type.type(), query_type)
  end

  @datetimes [:naive_datetime, :naive_datetime_usec, :utc_datetime, :utc_datetime_usec]

  defp same?(_left, :any), do: true
  defp same?(:any, _right), do: true
  defp same?({outer, left}, {outer, right}), do: match?(left, right)
  defp same?(:decimal, right) when right in [:float, :integer], do: true
  defp same?(:binary_id, :binary), do: true
  defp same?(:id, :integer), do: true
  defp same?(left, {:supertype, :datetime}) when left in @datetimes, do: true
  defp same?(left, right), do: left == right

  def format({:parameterized, {module, params}}) do
    if function_exported?(module, :format, 1), do: module.format(params), else: "##{inspect(module)}<#{inspect(params)}>"
  end

  def format({composite, type}) when composite in [:array, :map, :in], do: "{#{inspect(composite)}, #{format(type)}}"
  def format(type), do: inspect(type)

  def dump(type, value, dumper \\ &dump/2)
  def dump({:parameterized, {module, params}}, value, dumper), do: module.dump(value, dumper, params)
  def dump(_type, nil, _dumper), do: {:ok, nil}
  def dump({:try, type}, value, dumper), do: with(:error <- dump(type, value, dumper), do: {:ok, value})

  def dump({list, type}, value, dumper) when list in @lists do
    with {:ok, value} <- dump({:array, type}, value, dumper), do: {:ok, {list, value}}
  end

  def dump({:array, type}, value, dumper), do: each_of_list(value, nil_through?(type), &dumper.(type, &1))
  def dump({:map, type}, value, dumper), do: each_of_map(value, false, &dumper.(type, &1))
  def dump({:supertype, :datetime}, value, _dumper), do: Times.dump(:datetime, value)
  def dump(:any, value, _dumper), do: {:ok, value}
  def dump(:float, value, _dumper), do: if(is_float(value), do: {:ok, value}, else: :error)
  def dump(type, value, _dumper) when type in @times, do: Times.dump(type, value)
  def dump(type, value, _dumper) when type in @base, do: same(type, value)
  def dump(module, value, _dumper) when is_atom(module), do: module.dump(value)

  def load(type, value, loader \\ &load/2)
  def load({:parameterized, {module, params}}, value, loader), do: module.load(value, loader, params)
  def load(_type, nil, _loader), do: {:ok, nil}
  def load({:try, type}, value, loader), do: with(:error <- load(type, value, loader), do: {:ok, value})
  def load({:array, type}, value, loader), do: each_of_list(value, nil_through?(type), &loader.(type, &1))
  def load({:map, type}, value, loader), do: each_of_map(value, false, &loader.(type, &1))
  def load(:any, value, _loader), do: {:ok, value}
  def load(:float, value, _loader), do: to_float(value)
  def load(type, value, _loader) when type in @times, do: Times.load(type, value)
  def load(type, value, _loader) when type in @base, do: same(type, value)
  def load(module, value, _loader), do: module.load(value)

  def cast({:parameterized, {module, params}}, value), do: module.cast(value, params)
  def cast({:in, _type}, nil), do: :error
  def cast(_type, nil), do: {:ok, nil}

  def cast({:try, type}, value) do
    case cast(type, value) do
      {:ok, _} = ok -> ok
      _ -> {:ok, value}
    end
  end

  def cast({list, type}, value) when list in @lists, do: cast({:array, type}, value)
  def cast({:array, type}, value), do: value |> enumerated() |> each_of_list(nil_through?(type), &cast(type, &1))
  def cast({:map, type}, value), do: each_of_map(value, nil_through?(type), &cast(type, &1))
  def cast({:supertype, :datetime}, value), do: Times.cast(:datetime, value)
  def cast(:any, value), do: {:ok, value}
  def cast(type, value) when type in [:integer, :id], do: cast_integer(value)
  def cast(:float, value), do: cast_float(value)
  def cast(:boolean, value), do: cast_boolean(value)
  def cast(:decimal, value), do: cast_decimal(value)
  def cast(:date, value), do: Times.cast(:date, value)
  def cast(type, value) when type in @times, do: Times.cast(type, value)
  def cast(type, value) when type in @base, do: same(type, value)
  def cast(module, value) when is_atom(module), do: module.cast(value)

  def cast!(type, value) do
    case cast(type, value) do
      {:ok, value} -> value
      :error -> raise Ecto.CastError, type: type, value: value
      {:error, meta} -> raise Ecto.CastError, [type: type, value: value] ++ Keyword.take(meta, [:message])
    end
  end

  # A type with parameters has a say in what nil is.
  defp nil_through?({:parameterized, _}), do: false
  defp nil_through?(_type), do: true

  defp enumerated(%_{} = struct), do: if(Enumerable.impl_for(struct), do: Enum.to_list(struct), else: struct)
  defp enumerated(value), do: value

  defp each_of_list(list, nil?, fun) when is_list(list), do: each_of_list(list, nil?, fun, 0, [])
  defp each_of_list(_other, _nil?, _fun), do: :error

  defp each_of_list([nil | rest], true, fun, at, done), do: each_of_list(rest, true, fun, at + 1, [nil | done])

  defp each_of_list([value | rest], nil?, fun, at, done) do
    case fun.(value) do
      {:ok, value} -> each_of_list(rest, nil?, fun, at + 1, [value | done])
      :error -> :error
      {:error, meta} -> {:error, from(meta, at)}
    end
  end

  defp each_of_list([], _nil?, _fun, _at, done), do: {:ok, Enum.reverse(done)}
  defp each_of_list(_improper, _nil?, _fun, _at, _done), do: :error

  defp each_of_map(map, nil?, fun) when is_map(map), do: each_of_map(Map.to_list(map), nil?, fun, %{})
  defp each_of_map(_other, _nil?, _fun), do: :error

  defp each_of_map([{key, nil} | rest], true, fun, done), do: each_of_map(rest, true, fun, Map.put(done, key, nil))

  defp each_of_map([{key, value} | rest], nil?, fun, done) do
    case fun.(value) do
      {:ok, value} -> each_of_map(rest, nil?, fun, Map.put(done, key, value))
      :error -> :error
      {:error, meta} -> {:error, from(meta, key)}
    end
  end

  defp each_of_map([], _nil?, _fun, done), do: {:ok, done}

  # Where in a list or map the wrong value stands.
  defp from(meta, at), do: Keyword.update(meta, :source, [at], &[at | &1])

  # A value that is of a type already.
  defp same(type, value) when type in [:integer, :id] and is_integer(value), do: {:ok, value}
  defp same(:boolean, value) when is_boolean(value), do: {:ok, value}
  defp same(type, value) when type in [:string, :binary, :binary_id] and is_binary(value), do: {:ok, value}
  defp same(:bitstring, value) when is_bitstring(value), do: {:ok, value}
  defp same(:map, value) when is_map(value), do: {:ok, value}
  defp same(:date, %Date{} = value), do: {:ok, value}
  defp same(:duration, %Duration{} = value), do: {:ok, value}
  defp same(:decimal, value) when is_integer(value), do: {:ok, Decimal.new(value)}
  defp same(:decimal, value) when is_float(value), do: {:ok, Decimal.from_float(value)}
  defp same(:decimal, %Decimal{coef: coef} = value) when is_integer(coef), do: {:ok, value}

  defp same(:decimal, %Decimal{} = value) do
    raise ArgumentError, """
    #{inspect(value)} is not allowed for type :decimal

    `+Infinity`, `-Infinity`, and `NaN` values are not supported, even though the `Decimal` library handles them. \
    To support them, you can create a custom type.
    """
  end

  defp same(_type, _value), do: :error

  defp to_float(value) when is_float(value), do: {:ok, value}
  defp to_float(value) when is_integer(value), do: {:ok, :erlang.float(value)}
  defp to_float(_value), do: :error

  defp cast_integer(text) when is_binary(text) and byte_size(text) < 32 do
    case Integer.parse(text) do
      {integer, ""} -> {:ok, integer}
      _ -> :error
    end
  end

  defp cast_integer(value), do: same(:integer, value)

  defp cast_float(text) when is_binary(text) do
    case Float.parse(text) do
      {float, ""} -> {:ok, float}
      _ -> :error
    end
  end

  defp cast_float(value), do: to_float(value)

  defp cast_boolean(text) when text in ["true", "1"], do: {:ok, true}
  defp cast_boolean(text) when text in ["false", "0"], do: {:ok, false}
  defp cast_boolean(value), do: same(:boolean, value)

  defp cast_decimal(text) when is_binary(text) do
    case Decimal.parse(text) do
      {%Decimal{coef: coef} = decimal, ""} when is_integer(coef) -> {:ok, decimal}
      _ -> :error
    end
  end

  defp cast_decimal(value), do: same(:decimal, value)

  @doc false
  def trim(type, value) when is_binary(value) and type != :binary, do: String.trim_leading(value)
  def trim(_type, value), do: value

  def equal?(_type, nil, nil), do: true

  def equal?(type, left, right) do
    case comparison(type) do
      nil -> left == right
      fun -> fun.(left, right)
    end
  end

  def include?(type, value, collection) do
    case comparison(type) do
      nil -> value in collection
      fun -> Enum.any?(collection, &fun.(value, &1))
    end
  end

  # How values of a type are compared, nil for ==/2.
  defp comparison(:decimal), do: &(decimals?(&1, &2) and Decimal.equal?(&1, &2))
  defp comparison(type) when type in @times, do: &Times.equal?(type, &1, &2)
  defp comparison(type) when type in @base, do: nil
  defp comparison({:array, type}), do: with(fun when fun != nil <- comparison(type), do: &lists_equal?(fun, &1, &2))
  defp comparison({:map, type}), do: with(fun when fun != nil <- comparison(type), do: &maps_equal?(fun, &1, &2))
  defp comparison({:parameterized, {module, params}}), do: &module.equal?(&1, &2, params)
  defp comparison(module) when is_atom(module), do: &module.equal?/2

  defp decimals?(left, right), do: is_struct(left, Decimal) and is_struct(right, Decimal)

  defp lists_equal?(fun, [nil | left], [nil | right]), do: lists_equal?(fun, left, right)
  defp lists_equal?(fun, [one | left], [other | right]), do: fun.(one, other) and lists_equal?(fun, left, right)
  defp lists_equal?(_fun, left, right), do: left == [] and right == []

  defp maps_equal?(fun, left, right) when is_map(left) and is_map(right) and map_size(left) == map_size(right) do
    Enum.all?(Map.to_list(left), fn {key, value} ->
      case right do
        %{^key => other} -> if value == nil, do: other == nil, else: fun.(value, other)
        _ -> false
      end
    end)
  end

  defp maps_equal?(_fun, _left, _right), do: false
end

defmodule Ecto.ParameterizedType do
  @moduledoc false
  @callback init(keyword) :: term
  @callback cast(term, term) :: {:ok, term} | :error | {:error, keyword}
  @callback load(term, function, term) :: {:ok, term} | :error
  @callback dump(term, function, term) :: {:ok, term} | :error
  @callback type(term) :: term
  @callback equal?(term, term, term) :: boolean
  @callback embed_as(atom, term) :: :self | :dump
  @callback autogenerate(term) :: term
  @callback format(term) :: String.t()
  @optional_callbacks autogenerate: 1, format: 1

  def init(type, opts), do: {:parameterized, {type, type.init(opts)}}

  defmacro __using__(_opts) do
    quote do
      @behaviour Ecto.ParameterizedType
      @doc false
      def embed_as(_, _), do: :self
      @doc false
      def equal?(term1, term2, _params), do: term1 == term2
      defoverridable embed_as: 2, equal?: 3
    end
  end
end
