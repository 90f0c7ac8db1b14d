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

Ecto.Type.cast(:integer, "12")
#=> {:ok, 12}

Ecto.Type.cast(:integer, " 12")
#=> :error

Ecto.Type.cast(:integer, "1.5")
#=> :error

Ecto.Type.cast(:integer, "+3")
#=> {:ok, 3}

Ecto.Type.cast(:integer, "-0")
#=> {:ok, 0}

Ecto.Type.cast(:integer, "")
#=> :error

Ecto.Type.cast(:integer, 12)
#=> {:ok, 12}

Ecto.Type.cast(:integer, 1.0)
#=> :error

Ecto.Type.cast(:integer, nil)
#=> {:ok, nil}

Ecto.Type.cast(:integer, true)
#=> :error

Ecto.Type.cast(:integer, "0x1")
#=> :error

Ecto.Type.cast(:integer, "99999999999999999999999999999")
#=> {:ok, 99999999999999999999999999999}

Ecto.Type.cast(:integer, "999999999999999999999999999999999999")
#=> :error

Ecto.Type.cast(:id, "7")
#=> {:ok, 7}

Ecto.Type.cast(:id, 7)
#=> {:ok, 7}

Ecto.Type.cast(:id, "a")
#=> :error

Ecto.Type.cast(:float, "1.5")
#=> {:ok, 1.5}

Ecto.Type.cast(:float, "1")
#=> {:ok, 1.0}

Ecto.Type.cast(:float, "1e3")
#=> {:ok, 1000.0}

Ecto.Type.cast(:float, "abc")
#=> :error

Ecto.Type.cast(:float, 1)
#=> {:ok, 1.0}

Ecto.Type.cast(:float, 1.5)
#=> {:ok, 1.5}

Ecto.Type.cast(:float, "-0.0")
#=> {:ok, -0.0}

Ecto.Type.cast(:float, ".5")
#=> :error

Ecto.Type.cast(:float, "1.5kg")
#=> :error

Ecto.Type.cast(:float, nil)
#=> {:ok, nil}

Ecto.Type.cast(:boolean, "true")
#=> {:ok, true}

Ecto.Type.cast(:boolean, "false")
#=> {:ok, false}

Ecto.Type.cast(:boolean, "1")
#=> {:ok, true}

Ecto.Type.cast(:boolean, "0")
#=> {:ok, false}

Ecto.Type.cast(:boolean, "on")
#=> :error

Ecto.Type.cast(:boolean, true)
#=> {:ok, true}

Ecto.Type.cast(:boolean, 1)
#=> :error

Ecto.Type.cast(:boolean, "TRUE")
#=> :error

Ecto.Type.cast(:boolean, :true)
#=> {:ok, true}

Ecto.Type.cast(:string, "a")
#=> {:ok, "a"}

Ecto.Type.cast(:string, 1)
#=> :error

Ecto.Type.cast(:string, :a)
#=> :error

Ecto.Type.cast(:string, "")
#=> {:ok, ""}

Ecto.Type.cast(:string, "  x ")
#=> {:ok, "  x "}

Ecto.Type.cast(:string, nil)
#=> {:ok, nil}

Ecto.Type.cast(:string, ~c"abc")
#=> :error

Ecto.Type.cast(:string, <<255>>)
#=> {:ok, <<255>>}

Ecto.Type.cast(:binary, "a")
#=> {:ok, "a"}

Ecto.Type.cast(:binary, <<255, 0>>)
#=> {:ok, <<255, 0>>}

Ecto.Type.cast(:binary, 1)
#=> :error

Ecto.Type.cast(:bitstring, <<1::3>>)
#=> {:ok, <<1::size(3)>>}

Ecto.Type.cast(:bitstring, "a")
#=> {:ok, "a"}

Ecto.Type.cast(:bitstring, 1)
#=> :error

Ecto.Type.cast(:binary_id, "x")
#=> {:ok, "x"}

Ecto.Type.cast(:binary_id, 1)
#=> :error

Ecto.Type.cast(:map, %{})
#=> {:ok, %{}}

Ecto.Type.cast(:map, %{"a" => 1})
#=> {:ok, %{"a" => 1}}

Ecto.Type.cast(:map, [])
#=> :error

Ecto.Type.cast(:map, "x")
#=> :error

Ecto.Type.cast(:map, [a: 1])
#=> :error

Ecto.Type.cast(:any, 1)
#=> {:ok, 1}

Ecto.Type.cast(:any, nil)
#=> {:ok, nil}

Ecto.Type.cast(:any, {:a, 1})
#=> {:ok, {:a, 1}}

Ecto.Type.cast(:any, "x")
#=> {:ok, "x"}

Ecto.Type.cast(:decimal, "1.50")
#=> {:ok, Decimal.new("1.50")}

Ecto.Type.cast(:decimal, "1.50x")
#=> :error

Ecto.Type.cast(:decimal, "NaN")
#=> :error

Ecto.Type.cast(:decimal, "Infinity")
#=> :error

Ecto.Type.cast(:decimal, 1)
#=> {:ok, Decimal.new("1")}

Ecto.Type.cast(:decimal, 1.25)
#=> {:ok, Decimal.new("1.25")}

Ecto.Type.cast(:decimal, "1e3")
#=> {:ok, Decimal.new("1E+3")}

Ecto.Type.cast(:decimal, "-0.10")
#=> {:ok, Decimal.new("-0.10")}

Ecto.Type.cast(:decimal, nil)
#=> {:ok, nil}

Ecto.Type.cast(:decimal, Decimal.new("2.50"))
#=> {:ok, Decimal.new("2.50")}

Ecto.Type.cast(:decimal, "abc")
#=> :error

Ecto.Type.cast(:decimal, "")
#=> :error

Ecto.Type.cast(:date, "2026-01-31")
#=> {:ok, ~D[2026-01-31]}

Ecto.Type.cast(:date, "2026-02-30")
#=> :error

Ecto.Type.cast(:date, "2026-01-31T10:00:00")
#=> {:ok, ~D[2026-01-31]}

Ecto.Type.cast(:date, "2026-01-31 10:00:00Z")
#=> {:ok, ~D[2026-01-31]}

Ecto.Type.cast(:date, ~D[2026-01-01])
#=> {:ok, ~D[2026-01-01]}

Ecto.Type.cast(:date, ~U[2026-01-01 23:00:00Z])
#=> {:ok, ~D[2026-01-01]}

Ecto.Type.cast(:date, ~N[2026-01-01 23:00:00])
#=> {:ok, ~D[2026-01-01]}

Ecto.Type.cast(:date, %{"year" => "2026", "month" => "1", "day" => 2})
#=> {:ok, ~D[2026-01-02]}

Ecto.Type.cast(:date, %{year: 2026, month: 13, day: 1})
#=> :error

Ecto.Type.cast(:date, %{"year" => "", "month" => "", "day" => ""})
#=> {:ok, nil}

Ecto.Type.cast(:date, %{year: nil, month: nil, day: nil})
#=> {:ok, nil}

Ecto.Type.cast(:date, %{"year" => "2026"})
#=> :error

Ecto.Type.cast(:date, "x")
#=> :error

Ecto.Type.cast(:date, 1)
#=> :error

Ecto.Type.cast(:date, "2026-1-3")
#=> :error

Ecto.Type.cast(:time, "10:20")
#=> {:ok, ~T[10:20:00]}

Ecto.Type.cast(:time, "10:20:30")
#=> {:ok, ~T[10:20:30]}

Ecto.Type.cast(:time, "10:20:30.123456")
#=> {:ok, ~T[10:20:30]}

Ecto.Type.cast(:time, "T10:20:30")
#=> {:ok, ~T[10:20:30]}

Ecto.Type.cast(:time, "25:00")
#=> :error

Ecto.Type.cast(:time, "24:00:00")
#=> :error

Ecto.Type.cast(:time, ~T[10:20:30.5])
#=> {:ok, ~T[10:20:30]}

Ecto.Type.cast(:time, %{"hour" => "1", "minute" => "2"})
#=> {:ok, ~T[01:02:00]}

Ecto.Type.cast(:time, %{"hour" => "1", "minute" => "2", "second" => "3", "microsecond" => "4"})
#=> {:ok, ~T[01:02:03]}

Ecto.Type.cast(:time, %{hour: 1, minute: 2, second: 3, microsecond: {500, 3}})
#=> {:ok, ~T[01:02:03]}

Ecto.Type.cast(:time, %{"hour" => "", "minute" => ""})
#=> {:ok, nil}

Ecto.Type.cast(:time, "x")
#=> :error

Ecto.Type.cast(:time, 5)
#=> :error

Ecto.Type.cast(:time_usec, "10:20")
#=> {:ok, ~T[10:20:00.000000]}

Ecto.Type.cast(:time_usec, "10:20:30.12")
#=> {:ok, ~T[10:20:30.120000]}

Ecto.Type.cast(:time_usec, ~T[10:20:30])
#=> {:ok, ~T[10:20:30.000000]}

Ecto.Type.cast(:naive_datetime, "2026-01-31T10:20")
#=> {:ok, ~N[2026-01-31 10:20:00]}

Ecto.Type.cast(:naive_datetime, "2026-01-31 10:20")
#=> {:ok, ~N[2026-01-31 10:20:00]}

Ecto.Type.cast(:naive_datetime, "2026-01-31T10:20:30")
#=> {:ok, ~N[2026-01-31 10:20:30]}

Ecto.Type.cast(:naive_datetime, "2026-01-31T10:20:30.123Z")
#=> {:ok, ~N[2026-01-31 10:20:30]}

Ecto.Type.cast(:naive_datetime, "2026-01-31")
#=> :error

Ecto.Type.cast(:naive_datetime, "-2026-01-31T10:20:30")
#=> {:ok, ~N[-2026-01-31 10:20:30]}

Ecto.Type.cast(:naive_datetime, ~N[2026-01-31 10:20:30.55])
#=> {:ok, ~N[2026-01-31 10:20:30]}

Ecto.Type.cast(:naive_datetime, ~U[2026-01-31 10:20:30Z])
#=> {:ok, ~N[2026-01-31 10:20:30]}

Ecto.Type.cast(:naive_datetime, %{"year" => "2026", "month" => "1", "day" => "2", "hour" => "3", "minute" => "4"})
#=> {:ok, ~N[2026-01-02 03:04:00]}

Ecto.Type.cast(:naive_datetime, %{"year" => "", "month" => "", "day" => "", "hour" => "", "minute" => ""})
#=> {:ok, nil}

Ecto.Type.cast(:naive_datetime, %{year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5, microsecond: 6})
#=> {:ok, ~N[2026-01-02 03:04:05]}

Ecto.Type.cast(:naive_datetime, %{"year" => "2026", "month" => "1", "day" => "2"})
#=> :error

Ecto.Type.cast(:naive_datetime, "2026-13-31T10:20")
#=> :error

Ecto.Type.cast(:naive_datetime, nil)
#=> {:ok, nil}

Ecto.Type.cast(:naive_datetime, 1)
#=> :error

Ecto.Type.cast(:naive_datetime_usec, "2026-01-31T10:20")
#=> {:ok, ~N[2026-01-31 10:20:00.000000]}

Ecto.Type.cast(:naive_datetime_usec, "2026-01-31T10:20:30.12")
#=> {:ok, ~N[2026-01-31 10:20:30.120000]}

Ecto.Type.cast(:naive_datetime_usec, ~N[2026-01-31 10:20:30])
#=> {:ok, ~N[2026-01-31 10:20:30.000000]}

Ecto.Type.cast(:utc_datetime, "2026-01-31T10:20")
#=> {:ok, ~U[2026-01-31 10:20:00Z]}

Ecto.Type.cast(:utc_datetime, "2026-01-31T10:20:30")
#=> {:ok, ~U[2026-01-31 10:20:30Z]}

Ecto.Type.cast(:utc_datetime, "2026-01-31T10:20:30Z")
#=> {:ok, ~U[2026-01-31 10:20:30Z]}

Ecto.Type.cast(:utc_datetime, "2026-01-31T10:20:30+02:00")
#=> {:ok, ~U[2026-01-31 08:20:30Z]}

Ecto.Type.cast(:utc_datetime, "2026-01-31 10:20:30.999Z")
#=> {:ok, ~U[2026-01-31 10:20:30Z]}

Ecto.Type.cast(:utc_datetime, "x")
#=> :error

Ecto.Type.cast(:utc_datetime, ~U[2026-01-31 10:20:30.55Z])
#=> {:ok, ~U[2026-01-31 10:20:30Z]}

Ecto.Type.cast(:utc_datetime, ~N[2026-01-31 10:20:30])
#=> {:ok, ~U[2026-01-31 10:20:30Z]}

Ecto.Type.cast(:utc_datetime, %{"year" => "2026", "month" => "1", "day" => "2", "hour" => "3", "minute" => "4"})
#=> {:ok, ~U[2026-01-02 03:04:00Z]}

Ecto.Type.cast(:utc_datetime, %{year: "", month: "", day: "", hour: "", minute: ""})
#=> {:ok, nil}

Ecto.Type.cast(:utc_datetime, nil)
#=> {:ok, nil}

Ecto.Type.cast(:utc_datetime, %DateTime{year: 2026, month: 1, day: 1, hour: 1, minute: 0, second: 0, microsecond: {0, 0}, time_zone: "Europe/Berlin", zone_abbr: "CET", utc_offset: 3600, std_offset: 0})
#=> {:ok, ~U[2026-01-01 00:00:00Z]}

Ecto.Type.cast(:utc_datetime_usec, "2026-01-31T10:20")
#=> {:ok, ~U[2026-01-31 10:20:00.000000Z]}

Ecto.Type.cast(:utc_datetime_usec, "2026-01-31T10:20:30.5Z")
#=> {:ok, ~U[2026-01-31 10:20:30.500000Z]}

Ecto.Type.cast(:utc_datetime_usec, ~U[2026-01-31 10:20:30Z])
#=> {:ok, ~U[2026-01-31 10:20:30.000000Z]}

Ecto.Type.cast(:duration, Duration.new!(hour: 1))
#=> {:ok, %Duration{hour: 1}}

Ecto.Type.cast(:duration, "PT1H")
#=> :error

Ecto.Type.cast(:duration, 1)
#=> :error

Ecto.Type.cast({:array, :integer}, ["1", 2])
#=> {:ok, [1, 2]}

Ecto.Type.cast({:array, :integer}, ["1", "x"])
#=> :error

Ecto.Type.cast({:array, :integer}, [])
#=> {:ok, []}

Ecto.Type.cast({:array, :integer}, nil)
#=> {:ok, nil}

Ecto.Type.cast({:array, :integer}, %{"0" => "1"})
#=> :error

Ecto.Type.cast({:array, :integer}, [nil, "1"])
#=> {:ok, [nil, 1]}

Ecto.Type.cast({:array, :integer}, MapSet.new(["1", "2"]))
#=> {:ok, [1, 2]}

Ecto.Type.cast({:array, :integer}, "1")
#=> :error

Ecto.Type.cast({:array, :integer}, [1 | 2])
#=> :error

Ecto.Type.cast({:array, :integer}, ~D[2026-01-01])
#=> :error

Ecto.Type.cast({:array, {:array, :string}}, [["a"], []])
#=> {:ok, [["a"], []]}

Ecto.Type.cast({:array, {:array, :string}}, [["a"], [1]])
#=> :error

Ecto.Type.cast({:array, {:array, :string}}, [nil])
#=> {:ok, [nil]}

Ecto.Type.cast({:map, :integer}, %{"a" => "1"})
#=> {:ok, %{"a" => 1}}

Ecto.Type.cast({:map, :integer}, %{"a" => "x"})
#=> :error

Ecto.Type.cast({:map, :integer}, %{a: nil})
#=> {:ok, %{a: nil}}

Ecto.Type.cast({:map, :integer}, [])
#=> :error

Ecto.Type.cast({:map, :integer}, %{})
#=> {:ok, %{}}

Ecto.Type.cast({:array, Ecto.UUID}, ["601d74e4-a8d3-4b6e-8365-eddb4c893327"])
#=> {:ok, ["601d74e4-a8d3-4b6e-8365-eddb4c893327"]}

Ecto.Type.cast({:array, Ecto.UUID}, ["x"])
#=> :error

Ecto.Type.cast({:array, Ecto.UUID}, [nil])
#=> {:ok, [nil]}

Ecto.Type.cast({:in, :integer}, ["1"])
#=> {:ok, [1]}

Ecto.Type.cast({:in, :integer}, nil)
#=> :error

Ecto.Type.cast({:in, :integer}, "1")
#=> :error

Ecto.Type.cast({:try, :integer}, "1")
#=> {:ok, 1}

Ecto.Type.cast({:try, :integer}, "x")
#=> {:ok, "x"}

Ecto.Type.cast({:try, :integer}, nil)
#=> {:ok, nil}

Ecto.Type.cast(Points, "1,2")
#=> {:ok, {1, 2}}

Ecto.Type.cast(Points, {3, 4})
#=> {:ok, {3, 4}}

Ecto.Type.cast(Points, "x")
#=> :error

Ecto.Type.cast(Points, "bad")
#=> {:error, [message: "is no point", reason: :bad]}

Ecto.Type.cast(Points, nil)
#=> {:ok, nil}

Ecto.Type.cast({:array, Points}, ["1,2", "bad"])
#=> {:error, [message: "is no point", reason: :bad, source: [1]]}

Ecto.Type.cast({:array, Points}, ["1,2", "3,4"])
#=> {:ok, [{1, 2}, {3, 4}]}

Ecto.Type.cast({:array, Points}, [nil, "1,2"])
#=> {:ok, [nil, {1, 2}]}

Ecto.Type.cast({:array, Points}, ["1,2", "x"])
#=> :error

Ecto.Type.cast({:map, Points}, %{"a" => "1,2", "b" => "bad"})
#=> {:error, [message: "is no point", reason: :bad, source: ["b"]]}

Ecto.Type.cast(Ecto.UUID, "601D74E4-a8d3-4b6e-8365-eddb4c893327")
#=> {:ok, "601d74e4-a8d3-4b6e-8365-eddb4c893327"}

Ecto.Type.cast(Ecto.UUID, "601d74e4a8d34b6e8365eddb4c893327")
#=> :error

Ecto.Type.cast(Ecto.UUID, <<0x60, 0x1D, 0x74, 0xE4, 0xA8, 0xD3, 0x4B, 0x6E, 0x83, 0x65, 0xED, 0xDB, 0x4C, 0x89, 0x33, 0x27>>)
#=> {:ok, "601d74e4-a8d3-4b6e-8365-eddb4c893327"}

Ecto.Type.cast(Ecto.UUID, "601g74e4-a8d3-4b6e-8365-eddb4c893327")
#=> :error

Ecto.Type.cast(Ecto.UUID, "")
#=> :error

Ecto.Type.cast(Ecto.UUID, nil)
#=> {:ok, nil}

Ecto.Type.cast(Ecto.UUID, 1)
#=> :error

Ecto.Type.cast({:parameterized, {Scaled, %{by: 10}}}, 3)
#=> {:ok, 30}

Ecto.Type.cast({:parameterized, {Scaled, %{by: 10}}}, "x")
#=> {:error, [message: "must scale by %{by}", by: 10]}

Ecto.Type.cast({:parameterized, {Scaled, %{by: 10}}}, nil)
#=> {:ok, :none}

Ecto.Type.cast({:array, {:parameterized, {Scaled, %{by: 10}}}}, [1, nil])
#=> {:ok, [10, :none]}

Ecto.Type.cast({:array, {:parameterized, {Scaled, %{by: 10}}}}, [1, "x"])
#=> {:error, [message: "must scale by %{by}", by: 10, source: [1]]}

Ecto.Type.cast({:map, {:parameterized, {Scaled, %{by: 10}}}}, %{a: nil})
#=> {:ok, %{a: :none}}

Ecto.Type.cast!(:integer, "x")
#=> ** (Ecto.CastError) cannot cast "x" to :integer

Ecto.Type.cast!(Points, "bad")
#=> ** (Ecto.CastError) is no point

Ecto.Type.cast!({:array, :integer}, ["x"])
#=> ** (Ecto.CastError) cannot cast ["x"] to {:array, :integer}

Ecto.Type.cast!(Ecto.UUID, "x")
#=> ** (Ecto.CastError) cannot cast "x" to Ecto.UUID

Ecto.Type.cast!(:integer, "1")
#=> 1

Ecto.Type.cast!({:parameterized, {Scaled, %{by: 10}}}, "x")
#=> ** (Ecto.CastError) must scale by %{by}
