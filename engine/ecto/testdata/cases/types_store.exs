defmodule Points do
  use Ecto.Type
  def type, do: :map

  def cast({_, _} = point), do: {:ok, point}
  def cast("bad"), do: {:error, message: "is no point", reason: :bad}

  def cast(text) when is_binary(text) do
    case String.split(text, ",") do
      [x, y] -> {:ok, {String.to_integer(x), String.to_integer(y)}}
      _ -> :error
    end
  end

  def cast(_), do: :error

  def load(%{"x" => x, "y" => y}), do: {:ok, {x, y}}
  def load(_), do: :error

  def dump({x, y}), do: {:ok, %{"x" => x, "y" => y}}
  def dump(_), do: :error
end

defmodule Scaled do
  use Ecto.ParameterizedType

  def type(_), do: :integer
  def init(opts), do: Map.new(opts)
  def cast(nil, _), do: {:ok, :none}
  def cast(value, %{by: by}) when is_integer(value), do: {:ok, value * by}
  def cast(_, %{by: by}), do: {:error, message: "must scale by %{by}", by: by}
  def load(nil, _, _), do: {:ok, :nothing}
  def load(value, _, %{by: by}), do: {:ok, value * by}
  def dump(nil, _, _), do: {:ok, 0}
  def dump(value, _, %{by: by}), do: {:ok, div(value, by)}
  def format(%{by: by}), do: "#Scaled<#{by}>"
end

# run

Ecto.Type.dump(:integer, 1)
#=> {:ok, 1}

Ecto.Type.load(:integer, 1)
#=> {:ok, 1}

Ecto.Type.dump(:integer, "1")
#=> :error

Ecto.Type.load(:integer, "1")
#=> :error

Ecto.Type.dump(:integer, 1.0)
#=> :error

Ecto.Type.load(:integer, 1.0)
#=> :error

Ecto.Type.dump(:integer, nil)
#=> {:ok, nil}

Ecto.Type.load(:integer, nil)
#=> {:ok, nil}

Ecto.Type.dump(:float, 1.0)
#=> {:ok, 1.0}

Ecto.Type.load(:float, 1.0)
#=> {:ok, 1.0}

Ecto.Type.dump(:float, 1)
#=> :error

Ecto.Type.load(:float, 1)
#=> {:ok, 1.0}

Ecto.Type.dump(:float, "1")
#=> :error

Ecto.Type.load(:float, "1")
#=> :error

Ecto.Type.dump(:boolean, true)
#=> {:ok, true}

Ecto.Type.load(:boolean, true)
#=> {:ok, true}

Ecto.Type.dump(:boolean, "true")
#=> :error

Ecto.Type.load(:boolean, "true")
#=> :error

Ecto.Type.dump(:string, "a")
#=> {:ok, "a"}

Ecto.Type.load(:string, "a")
#=> {:ok, "a"}

Ecto.Type.dump(:string, 1)
#=> :error

Ecto.Type.load(:string, 1)
#=> :error

Ecto.Type.dump(:binary, <<255>>)
#=> {:ok, <<255>>}

Ecto.Type.load(:binary, <<255>>)
#=> {:ok, <<255>>}

Ecto.Type.dump(:binary, 1)
#=> :error

Ecto.Type.load(:binary, 1)
#=> :error

Ecto.Type.dump(:bitstring, <<1::1>>)
#=> {:ok, <<1::size(1)>>}

Ecto.Type.load(:bitstring, <<1::1>>)
#=> {:ok, <<1::size(1)>>}

Ecto.Type.dump(:bitstring, 1)
#=> :error

Ecto.Type.load(:bitstring, 1)
#=> :error

Ecto.Type.dump(:map, %{a: 1})
#=> {:ok, %{a: 1}}

Ecto.Type.load(:map, %{a: 1})
#=> {:ok, %{a: 1}}

Ecto.Type.dump(:map, [])
#=> :error

Ecto.Type.load(:map, [])
#=> :error

Ecto.Type.dump(:id, 1)
#=> {:ok, 1}

Ecto.Type.load(:id, 1)
#=> {:ok, 1}

Ecto.Type.dump(:id, "1")
#=> :error

Ecto.Type.load(:id, "1")
#=> :error

Ecto.Type.dump(:binary_id, "a")
#=> {:ok, "a"}

Ecto.Type.load(:binary_id, "a")
#=> {:ok, "a"}

Ecto.Type.dump(:binary_id, 1)
#=> :error

Ecto.Type.load(:binary_id, 1)
#=> :error

Ecto.Type.dump(:any, {1})
#=> {:ok, {1}}

Ecto.Type.load(:any, {1})
#=> {:ok, {1}}

Ecto.Type.dump(:decimal, 1)
#=> {:ok, Decimal.new("1")}

Ecto.Type.load(:decimal, 1)
#=> {:ok, Decimal.new("1")}

Ecto.Type.dump(:decimal, 1.5)
#=> {:ok, Decimal.new("1.5")}

Ecto.Type.load(:decimal, 1.5)
#=> {:ok, Decimal.new("1.5")}

Ecto.Type.dump(:decimal, Decimal.new("1.0"))
#=> {:ok, Decimal.new("1.0")}

Ecto.Type.load(:decimal, Decimal.new("1.0"))
#=> {:ok, Decimal.new("1.0")}

Ecto.Type.dump(:decimal, "1")
#=> :error

Ecto.Type.load(:decimal, "1")
#=> :error

Ecto.Type.dump(:decimal, %Decimal{coef: :NaN})
#=> ** (ArgumentError) Decimal.new("NaN") is not allowed for type :decimal
#=>
#=> `+Infinity`, `-Infinity`, and `NaN` values are not supported, even though the `Decimal` library handles them. To support them, you can create a custom type.

Ecto.Type.load(:decimal, %Decimal{coef: :NaN})
#=> ** (ArgumentError) Decimal.new("NaN") is not allowed for type :decimal
#=>
#=> `+Infinity`, `-Infinity`, and `NaN` values are not supported, even though the `Decimal` library handles them. To support them, you can create a custom type.

Ecto.Type.dump(:date, ~D[2026-01-01])
#=> {:ok, ~D[2026-01-01]}

Ecto.Type.load(:date, ~D[2026-01-01])
#=> {:ok, ~D[2026-01-01]}

Ecto.Type.dump(:date, "2026-01-01")
#=> :error

Ecto.Type.load(:date, "2026-01-01")
#=> :error

Ecto.Type.dump(:date, ~N[2026-01-01 00:00:00])
#=> :error

Ecto.Type.load(:date, ~N[2026-01-01 00:00:00])
#=> :error

Ecto.Type.dump(:time, ~T[10:00:00])
#=> {:ok, ~T[10:00:00]}

Ecto.Type.load(:time, ~T[10:00:00])
#=> {:ok, ~T[10:00:00]}

Ecto.Type.dump(:time, ~T[10:00:00.5])
#=> ** (ArgumentError) :time expects microseconds to be empty, got: ~T[10:00:00.5]
#=>
#=> Use `Time.truncate(time, :second)` (available in Elixir v1.6+) to remove microseconds.

Ecto.Type.load(:time, ~T[10:00:00.5])
#=> {:ok, ~T[10:00:00]}

Ecto.Type.dump(:time, "10:00")
#=> :error

Ecto.Type.load(:time, "10:00")
#=> :error

Ecto.Type.dump(:time_usec, ~T[10:00:00])
#=> ** (ArgumentError) :time_usec expects microsecond precision, got: ~T[10:00:00]

Ecto.Type.load(:time_usec, ~T[10:00:00])
#=> {:ok, ~T[10:00:00.000000]}

Ecto.Type.dump(:time_usec, ~T[10:00:00.500000])
#=> {:ok, ~T[10:00:00.500000]}

Ecto.Type.load(:time_usec, ~T[10:00:00.500000])
#=> {:ok, ~T[10:00:00.500000]}

Ecto.Type.dump(:naive_datetime, ~N[2026-01-01 10:00:00])
#=> {:ok, ~N[2026-01-01 10:00:00]}

Ecto.Type.load(:naive_datetime, ~N[2026-01-01 10:00:00])
#=> {:ok, ~N[2026-01-01 10:00:00]}

Ecto.Type.dump(:naive_datetime, ~N[2026-01-01 10:00:00.1])
#=> ** (ArgumentError) :naive_datetime expects microseconds to be empty, got: ~N[2026-01-01 10:00:00.1]
#=>
#=> Use `NaiveDateTime.truncate(naive_datetime, :second)` (available in Elixir v1.6+) to remove microseconds.

Ecto.Type.load(:naive_datetime, ~N[2026-01-01 10:00:00.1])
#=> {:ok, ~N[2026-01-01 10:00:00]}

Ecto.Type.dump(:naive_datetime, ~U[2026-01-01 10:00:00Z])
#=> :error

Ecto.Type.load(:naive_datetime, ~U[2026-01-01 10:00:00Z])
#=> {:ok, ~N[2026-01-01 10:00:00]}

Ecto.Type.dump(:naive_datetime, 1)
#=> :error

Ecto.Type.load(:naive_datetime, 1)
#=> :error

Ecto.Type.dump(:naive_datetime_usec, ~N[2026-01-01 10:00:00])
#=> ** (ArgumentError) :naive_datetime_usec expects microsecond precision, got: ~N[2026-01-01 10:00:00]

Ecto.Type.load(:naive_datetime_usec, ~N[2026-01-01 10:00:00])
#=> {:ok, ~N[2026-01-01 10:00:00.000000]}

Ecto.Type.dump(:naive_datetime_usec, ~N[2026-01-01 10:00:00.100000])
#=> {:ok, ~N[2026-01-01 10:00:00.100000]}

Ecto.Type.load(:naive_datetime_usec, ~N[2026-01-01 10:00:00.100000])
#=> {:ok, ~N[2026-01-01 10:00:00.100000]}

Ecto.Type.dump(:naive_datetime_usec, ~U[2026-01-01 10:00:00.123Z])
#=> :error

Ecto.Type.load(:naive_datetime_usec, ~U[2026-01-01 10:00:00.123Z])
#=> {:ok, ~N[2026-01-01 10:00:00.123000]}

Ecto.Type.dump(:utc_datetime, ~U[2026-01-01 10:00:00Z])
#=> {:ok, ~U[2026-01-01 10:00:00Z]}

Ecto.Type.load(:utc_datetime, ~U[2026-01-01 10:00:00Z])
#=> {:ok, ~U[2026-01-01 10:00:00Z]}

Ecto.Type.dump(:utc_datetime, ~U[2026-01-01 10:00:00.1Z])
#=> ** (ArgumentError) :utc_datetime expects microseconds to be empty, got: ~U[2026-01-01 10:00:00.1Z]
#=>
#=> Use `DateTime.truncate(utc_datetime, :second)` (available in Elixir v1.6+) to remove microseconds.

Ecto.Type.load(:utc_datetime, ~U[2026-01-01 10:00:00.1Z])
#=> {:ok, ~U[2026-01-01 10:00:00Z]}

Ecto.Type.dump(:utc_datetime, ~N[2026-01-01 10:00:00])
#=> :error

Ecto.Type.load(:utc_datetime, ~N[2026-01-01 10:00:00])
#=> {:ok, ~U[2026-01-01 10:00:00Z]}

Ecto.Type.dump(:utc_datetime, %{~U[2026-01-01 10:00:00Z] | time_zone: "Europe/Berlin"})
#=> ** (ArgumentError) :utc_datetime expects the time zone to be "Etc/UTC", got `#DateTime<2026-01-01 10:00:00+00:00 UTC Europe/Berlin>`

Ecto.Type.load(:utc_datetime, %{~U[2026-01-01 10:00:00Z] | time_zone: "Europe/Berlin"})
#=> ** (ArgumentError) :utc_datetime expects the time zone to be "Etc/UTC", got `#DateTime<2026-01-01 10:00:00+00:00 UTC Europe/Berlin>`

Ecto.Type.dump(:utc_datetime_usec, ~U[2026-01-01 10:00:00Z])
#=> ** (ArgumentError) :utc_datetime_usec expects microsecond precision, got: ~U[2026-01-01 10:00:00Z]

Ecto.Type.load(:utc_datetime_usec, ~U[2026-01-01 10:00:00Z])
#=> {:ok, ~U[2026-01-01 10:00:00.000000Z]}

Ecto.Type.dump(:utc_datetime_usec, ~U[2026-01-01 10:00:00.100000Z])
#=> {:ok, ~U[2026-01-01 10:00:00.100000Z]}

Ecto.Type.load(:utc_datetime_usec, ~U[2026-01-01 10:00:00.100000Z])
#=> {:ok, ~U[2026-01-01 10:00:00.100000Z]}

Ecto.Type.dump(:utc_datetime_usec, ~N[2026-01-01 10:00:00])
#=> :error

Ecto.Type.load(:utc_datetime_usec, ~N[2026-01-01 10:00:00])
#=> {:ok, ~U[2026-01-01 10:00:00.000000Z]}

Ecto.Type.dump(:duration, Duration.new!(day: 1))
#=> {:ok, %Duration{day: 1}}

Ecto.Type.load(:duration, Duration.new!(day: 1))
#=> {:ok, %Duration{day: 1}}

Ecto.Type.dump(:duration, 1)
#=> :error

Ecto.Type.load(:duration, 1)
#=> :error

Ecto.Type.dump({:array, :integer}, [1, nil])
#=> {:ok, [1, nil]}

Ecto.Type.load({:array, :integer}, [1, nil])
#=> {:ok, [1, nil]}

Ecto.Type.dump({:array, :integer}, ["1"])
#=> :error

Ecto.Type.load({:array, :integer}, ["1"])
#=> :error

Ecto.Type.dump({:array, :integer}, 1)
#=> :error

Ecto.Type.load({:array, :integer}, 1)
#=> :error

Ecto.Type.dump({:map, :string}, %{a: "b", c: nil})
#=> {:ok, %{a: "b", c: nil}}

Ecto.Type.load({:map, :string}, %{a: "b", c: nil})
#=> {:ok, %{a: "b", c: nil}}

Ecto.Type.dump({:map, :string}, %{a: 1})
#=> :error

Ecto.Type.load({:map, :string}, %{a: 1})
#=> :error

Ecto.Type.dump({:array, Points}, [{1, 2}])
#=> {:ok, [%{"x" => 1, "y" => 2}]}

Ecto.Type.load({:array, Points}, [{1, 2}])
#=> :error

Ecto.Type.dump({:array, Points}, [%{"x" => 1, "y" => 2}])
#=> :error

Ecto.Type.load({:array, Points}, [%{"x" => 1, "y" => 2}])
#=> {:ok, [{1, 2}]}

Ecto.Type.dump({:array, Points}, [nil])
#=> {:ok, [nil]}

Ecto.Type.load({:array, Points}, [nil])
#=> {:ok, [nil]}

Ecto.Type.dump(Points, {1, 2})
#=> {:ok, %{"x" => 1, "y" => 2}}

Ecto.Type.load(Points, {1, 2})
#=> :error

Ecto.Type.dump(Points, %{"x" => 1, "y" => 2})
#=> :error

Ecto.Type.load(Points, %{"x" => 1, "y" => 2})
#=> {:ok, {1, 2}}

Ecto.Type.dump(Points, nil)
#=> {:ok, nil}

Ecto.Type.load(Points, nil)
#=> {:ok, nil}

Ecto.Type.dump({:parameterized, {Scaled, %{by: 10}}}, 30)
#=> {:ok, 3}

Ecto.Type.load({:parameterized, {Scaled, %{by: 10}}}, 30)
#=> {:ok, 300}

Ecto.Type.dump({:parameterized, {Scaled, %{by: 10}}}, nil)
#=> {:ok, 0}

Ecto.Type.load({:parameterized, {Scaled, %{by: 10}}}, nil)
#=> {:ok, :nothing}

Ecto.Type.dump({:array, {:parameterized, {Scaled, %{by: 10}}}}, [30, nil])
#=> {:ok, [3, 0]}

Ecto.Type.load({:array, {:parameterized, {Scaled, %{by: 10}}}}, [30, nil])
#=> {:ok, [300, :nothing]}

Ecto.Type.dump({:try, :integer}, "x")
#=> {:ok, "x"}

Ecto.Type.load({:try, :integer}, "x")
#=> {:ok, "x"}

Ecto.Type.dump({:try, :integer}, 1)
#=> {:ok, 1}

Ecto.Type.load({:try, :integer}, 1)
#=> {:ok, 1}

Ecto.Type.dump({:supertype, :datetime}, ~N[2026-01-01 10:00:00])
#=> {:ok, ~N[2026-01-01 10:00:00]}

Ecto.Type.dump({:supertype, :datetime}, 1)
#=> :error

Ecto.Type.dump(Ecto.UUID, "601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> {:ok, <<96, 29, 116, 228, 168, 211, 75, 110, 131, 101, 237, 219, 76, 137, 51, 39>>}

Ecto.Type.load(Ecto.UUID, "601d74e4-a8d3-4b6e-8365-eddb4c893327")
#=> ** (ArgumentError) trying to load string UUID as Ecto.UUID: "601d74e4-a8d3-4b6e-8365-eddb4c893327". Maybe you wanted to declare :uuid as your database field?

Ecto.Type.dump(Ecto.UUID, <<0::128>>)
#=> :error

Ecto.Type.load(Ecto.UUID, <<0::128>>)
#=> {:ok, "00000000-0000-0000-0000-000000000000"}

Ecto.Type.dump(Ecto.UUID, "x")
#=> :error

Ecto.Type.load(Ecto.UUID, "x")
#=> :error

Ecto.Type.dump({:in, :integer}, [1, 2])
#=> {:ok, {:in, [1, 2]}}

Ecto.Type.equal?(:integer, 1, 1.0)
#=> true

Ecto.Type.equal?(:integer, 1, 2)
#=> false

Ecto.Type.equal?(:integer, nil, nil)
#=> true

Ecto.Type.equal?(:decimal, Decimal.new("1.0"), Decimal.new("1.00"))
#=> true

Ecto.Type.equal?(:decimal, Decimal.new("1.0"), 1)
#=> false

Ecto.Type.equal?(:decimal, nil, Decimal.new(1))
#=> false

Ecto.Type.equal?(:time, ~T[10:00:00], ~T[10:00:00.000])
#=> true

Ecto.Type.equal?(:utc_datetime, ~U[2026-01-01 10:00:00Z], ~U[2026-01-01 10:00:00.000Z])
#=> true

Ecto.Type.equal?(:naive_datetime, ~N[2026-01-01 10:00:00], ~N[2026-01-01 10:00:00.0])
#=> true

Ecto.Type.equal?(:date, ~D[2026-01-01], ~D[2026-01-01])
#=> true

Ecto.Type.equal?({:array, :decimal}, [Decimal.new(1)], [Decimal.new("1.0")])
#=> true

Ecto.Type.equal?({:array, :decimal}, [nil], [nil])
#=> true

Ecto.Type.equal?({:array, :decimal}, [Decimal.new(1)], [])
#=> false

Ecto.Type.equal?({:map, :decimal}, %{a: Decimal.new(1)}, %{a: Decimal.new("1.0")})
#=> true

Ecto.Type.equal?({:map, :decimal}, %{a: Decimal.new(1)}, %{b: Decimal.new("1.0")})
#=> false

Ecto.Type.equal?({:map, :decimal}, %{a: nil}, %{a: nil})
#=> true

Ecto.Type.equal?(Points, {1, 2}, {1, 2})
#=> true

Ecto.Type.equal?({:parameterized, {Scaled, %{by: 10}}}, 1, 1)
#=> true

Ecto.Type.equal?({:array, :time}, [~T[10:00:00]], [~T[10:00:00.000]])
#=> true

Ecto.Type.equal?(:any, %{}, %{})
#=> true

Ecto.Type.include?(:integer, 1, [1.0])
#=> false

Ecto.Type.include?(:decimal, Decimal.new(1), [Decimal.new("1.0")])
#=> true

Ecto.Type.include?(:string, "a", ["b"])
#=> false

Ecto.Type.include?(Points, {1, 2}, [{1, 2}])
#=> true

Ecto.Type.type(:integer)
#=> :integer

Ecto.Type.format(:integer)
#=> ":integer"

Ecto.Type.primitive?(:integer)
#=> true

Ecto.Type.type(Points)
#=> :map

Ecto.Type.format(Points)
#=> "Points"

Ecto.Type.primitive?(Points)
#=> false

Ecto.Type.type({:array, Points})
#=> {:array, :map}

Ecto.Type.format({:array, Points})
#=> "{:array, Points}"

Ecto.Type.primitive?({:array, Points})
#=> true

Ecto.Type.type({:map, :string})
#=> {:map, :string}

Ecto.Type.format({:map, :string})
#=> "{:map, :string}"

Ecto.Type.primitive?({:map, :string})
#=> true

Ecto.Type.type({:parameterized, {Scaled, %{by: 10}}})
#=> :integer

Ecto.Type.format({:parameterized, {Scaled, %{by: 10}}})
#=> "#Scaled<10>"

Ecto.Type.primitive?({:parameterized, {Scaled, %{by: 10}}})
#=> true

Ecto.Type.type({:array, {:parameterized, {Scaled, %{by: 10}}}})
#=> {:array, :integer}

Ecto.Type.format({:array, {:parameterized, {Scaled, %{by: 10}}}})
#=> "{:array, #Scaled<10>}"

Ecto.Type.primitive?({:array, {:parameterized, {Scaled, %{by: 10}}}})
#=> true

Ecto.Type.type(Ecto.UUID)
#=> :uuid

Ecto.Type.format(Ecto.UUID)
#=> "Ecto.UUID"

Ecto.Type.primitive?(Ecto.UUID)
#=> false

Ecto.Type.type({:try, Points})
#=> :map

Ecto.Type.format({:try, Points})
#=> "{:try, Points}"

Ecto.Type.primitive?({:try, Points})
#=> true

Ecto.Type.type({:maybe, :integer})
#=> {:maybe, :integer}

Ecto.Type.format({:maybe, :integer})
#=> "{:maybe, :integer}"

Ecto.Type.primitive?({:maybe, :integer})
#=> false

Ecto.Type.embed_as(:integer, :json)
#=> :self

Ecto.Type.embed_as(Points, :json)
#=> :self

Ecto.Type.embed_as({:array, Points}, :json)
#=> :self

Ecto.Type.embed_as({:parameterized, {Scaled, %{by: 10}}}, :json)
#=> :self

Ecto.Type.match?(:integer, :any)
#=> true

Ecto.Type.match?(:any, :integer)
#=> true

Ecto.Type.match?({:array, :any}, {:array, :integer})
#=> true

Ecto.Type.match?(Points, :map)
#=> true

Ecto.Type.match?(Points, :string)
#=> false

Ecto.Type.match?(:decimal, :float)
#=> true

Ecto.Type.match?(:binary_id, :binary)
#=> true

Ecto.Type.match?(:id, :integer)
#=> true

Ecto.Type.match?(:utc_datetime, {:supertype, :datetime})
#=> true

{Ecto.Type.base?(:string), Ecto.Type.base?(:array), Ecto.Type.composite?(:array), Ecto.Type.composite?(:string)}
#=> {true, false, true, false}

{Ecto.Type.parameterized?({:parameterized, {Scaled, %{by: 10}}}, Scaled), Ecto.Type.parameterized?(:string, Scaled)}
#=> {true, false}

Ecto.Type.embedded_dump(Points, {1, 2}, :json)
#=> {:ok, {1, 2}}

Ecto.Type.embedded_load(Points, "1,2", :json)
#=> {:ok, {1, 2}}

Ecto.Type.embedded_load(:integer, "x", :json)
#=> :error

Ecto.Type.embedded_load(:date, "2026-01-01", :json)
#=> {:ok, ~D[2026-01-01]}

Ecto.ParameterizedType.init(Scaled, by: 2)
#=> {:parameterized, {Scaled, %{by: 2}}}
