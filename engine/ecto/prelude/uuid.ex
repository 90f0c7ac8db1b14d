# Ecto.UUID: as text in structs, as sixteen bytes in stores.

defmodule Ecto.UUID do
  @moduledoc false
  use Ecto.Type

  def type, do: :uuid

  def cast(<<_::128>> = raw), do: {:ok, encode(raw)}
  def cast(text), do: with({:ok, raw} <- dump(text), do: {:ok, encode(raw)})

  def cast!(value) do
    case cast(value) do
      {:ok, text} -> text
      :error -> raise Ecto.CastError, type: __MODULE__, value: value
    end
  end

  def dump(<<a::8-bytes, ?-, b::4-bytes, ?-, c::4-bytes, ?-, d::4-bytes, ?-, e::12-bytes>>),
    do: Base.decode16(a <> b <> c <> d <> e, case: :mixed)

  def dump(_value), do: :error

  def dump!(value) do
    case dump(value) do
      {:ok, raw} -> raw
      :error -> raise ArgumentError, "cannot dump given UUID to binary: #{inspect(value)}"
    end
  end

  def load(<<_::128>> = raw), do: {:ok, encode(raw)}

  def load(<<_::64, ?-, _::32, ?-, _::32, ?-, _::32, ?-, _::96>> = text) do
    raise ArgumentError,
          "trying to load string UUID as Ecto.UUID: #{inspect(text)}. " <>
            "Maybe you wanted to declare :uuid as your database field?"
  end

  def load(_value), do: :error

  def load!(value) do
    case load(value) do
      {:ok, text} -> text
      :error -> raise ArgumentError, "cannot load given binary as UUID: #{inspect(value)}"
    end
  end

  defp encode(raw) do
    <<a::8-bytes, b::4-bytes, c::4-bytes, d::4-bytes, e::12-bytes>> = Base.encode16(raw, case: :lower)
    <<a::binary, ?-, b::binary, ?-, c::binary, ?-, d::binary, ?-, e::binary>>
  end

  def generate(opts \\ []), do: encode(bingenerate(opts))

  @doc false
  def autogenerate(opts \\ []), do: generate(opts)

  def bingenerate(opts \\ []) do
    case Keyword.pop(opts, :version, 4) do
      {4, []} -> put_version(:crypto.strong_rand_bytes(16), 4)
      {4, opts} -> raise ArgumentError, "unsupported options for v4: #{inspect(opts)}"
      {7, opts} -> timed(opts)
      {version, _} -> raise ArgumentError, "unsupported UUID version: #{inspect(version)}"
    end
  end

  defp put_version(<<a::48, _::4, b::12, _::2, c::62>>, version), do: <<a::48, version::4, b::12, 2::2, c::62>>

  defp timed(opts) do
    {precision, rest} = Keyword.pop(opts, :precision, :millisecond)
    if rest != [], do: raise(ArgumentError, "unsupported options for v7: #{inspect(rest)}")

    case precision do
      :millisecond ->
        put_version(<<System.system_time(:millisecond)::48, :crypto.strong_rand_bytes(10)::binary>>, 7)

      :monotonic ->
        time = ascending(System.system_time(:nanosecond))
        fraction = div(rem(time, 1_000_000) * 4096, 1_000_000)
        put_version(<<div(time, 1_000_000)::48, fraction::16, :crypto.strong_rand_bytes(8)::binary>>, 7)

      other ->
        raise ArgumentError, "unsupported precision: #{inspect(other)}"
    end
  end

  # Two of one process are never of the same time: each is a step after the
  # one before, which is what twelve bits of a millisecond can tell apart.
  defp ascending(now) do
    time = max(now, Process.get(:ecto_uuid_time, 0) + 245)
    Process.put(:ecto_uuid_time, time)
    time
  end

  def version(<<_::48, version::4, _::76>>), do: version
  def version(<<_::288>> = text), do: text |> dump!() |> version()

  def to_datetime(uuid), do: uuid |> raw() |> milliseconds("to_datetime") |> DateTime.from_unix!(:millisecond)

  def to_unix(uuid, precision \\ :second),
    do: uuid |> raw() |> milliseconds("to_unix") |> System.convert_time_unit(:millisecond, precision)

  defp raw(<<_::128>> = raw), do: raw
  defp raw(text), do: dump!(text)

  defp milliseconds(<<milliseconds::48, 7::4, _::76>>, _fun), do: milliseconds
  defp milliseconds(<<_::48, version::4, _::76>>, fun), do: raise(ArgumentError, "#{fun} doesn't support UUID v#{version}")
end
