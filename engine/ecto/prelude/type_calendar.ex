# Dates and times as Ecto's types: from text, from maps of parts, and between
# each other.

defmodule Ecto.Type.Calendar do
  @moduledoc false

  def cast(:date, value), do: to_date(value)
  def cast(:datetime, %DateTime{} = value), do: to_utc(value)
  def cast(:datetime, value), do: to_naive(value)
  def cast(:time, value), do: truncated(to_time(value))
  def cast(:time_usec, value), do: padded(to_time(value))
  def cast(:naive_datetime, value), do: truncated(to_naive(value))
  def cast(:naive_datetime_usec, value), do: padded(to_naive(value))
  def cast(:utc_datetime, value), do: truncated(to_utc(value))
  def cast(:utc_datetime_usec, value), do: padded(to_utc(value))

  def dump(:time, %Time{} = value), do: {:ok, whole!(value, :time)}
  def dump(:time_usec, %Time{} = value), do: {:ok, precise!(value, :time_usec)}
  def dump(:naive_datetime, %NaiveDateTime{} = value), do: {:ok, whole!(value, :naive_datetime)}
  def dump(:naive_datetime_usec, %NaiveDateTime{} = value), do: {:ok, precise!(value, :naive_datetime_usec)}
  def dump(:utc_datetime, %DateTime{} = value), do: {:ok, value |> utc!(:utc_datetime) |> whole!(:utc_datetime)}

  def dump(:utc_datetime_usec, %DateTime{} = value),
    do: {:ok, value |> utc!(:utc_datetime_usec) |> precise!(:utc_datetime_usec)}

  def dump(:datetime, %NaiveDateTime{} = value), do: {:ok, value}
  def dump(:datetime, %DateTime{} = value), do: {:ok, value}
  def dump(_type, _value), do: :error

  def load(:time, %Time{} = value), do: truncated({:ok, value})
  def load(:time_usec, %Time{} = value), do: padded({:ok, value})
  def load(:naive_datetime, value), do: truncated(load_naive(value, :naive_datetime))
  def load(:naive_datetime_usec, value), do: padded(load_naive(value, :naive_datetime_usec))
  def load(:utc_datetime, value), do: truncated(load_utc(value, :utc_datetime))
  def load(:utc_datetime_usec, value), do: padded(load_utc(value, :utc_datetime_usec))
  def load(_type, _value), do: :error

  defp load_naive(%DateTime{} = value, type), do: {:ok, value |> utc!(type) |> DateTime.to_naive()}
  defp load_naive(%NaiveDateTime{} = value, _type), do: {:ok, value}
  defp load_naive(_value, _type), do: :error

  defp load_utc(%NaiveDateTime{} = value, _type), do: {:ok, DateTime.from_naive!(value, "Etc/UTC")}
  defp load_utc(%DateTime{} = value, type), do: {:ok, utc!(value, type)}
  defp load_utc(_value, _type), do: :error

  def equal?(type, %Time{} = left, %Time{} = right) when type in [:time, :time_usec], do: Time.compare(left, right) == :eq

  def equal?(type, %NaiveDateTime{} = left, %NaiveDateTime{} = right) when type in [:naive_datetime, :naive_datetime_usec],
    do: NaiveDateTime.compare(left, right) == :eq

  def equal?(type, %DateTime{} = left, %DateTime{} = right) when type in [:utc_datetime, :utc_datetime_usec],
    do: DateTime.compare(left, right) == :eq

  def equal?(_type, _left, _right), do: false

  defp truncated({:ok, %{microsecond: {_, _}} = value}), do: {:ok, %{value | microsecond: {0, 0}}}
  defp truncated(other), do: other

  defp padded({:ok, %{microsecond: {microsecond, _}} = value}), do: {:ok, %{value | microsecond: {microsecond, 6}}}
  defp padded(other), do: other

  defp utc!(%{time_zone: "Etc/UTC"} = value, _type), do: value

  defp utc!(value, type),
    do: raise(ArgumentError, "#{inspect(type)} expects the time zone to be \"Etc/UTC\", got `#{inspect(value)}`")

  defp precise!(%{microsecond: {_, 6}} = value, _type), do: value

  defp precise!(value, type),
    do: raise(ArgumentError, "#{inspect(type)} expects microsecond precision, got: #{inspect(value)}")

  defp whole!(%{microsecond: {0, 0}} = value, _type), do: value

  defp whole!(%struct{} = value, type) do
    raise ArgumentError, """
    #{inspect(type)} expects microseconds to be empty, got: #{inspect(value)}

    Use `#{inspect(struct)}.truncate(#{type}, :second)` (available in Elixir v1.6+) to remove microseconds.
    """
  end

  # Only these are no dates and times, but nothing at all.
  defguardp is_blank(value) when value in ["", nil]

  defp to_date(text) when is_binary(text) do
    with {:error, _} <- Date.from_iso8601(text),
         {:error, _} <- NaiveDateTime.from_iso8601(text) do
      :error
    else
      {:ok, %Date{}} = ok -> ok
      {:ok, naive} -> {:ok, NaiveDateTime.to_date(naive)}
    end
  end

  defp to_date(%DateTime{} = value), do: with({:ok, utc} <- to_utc(value), do: {:ok, DateTime.to_date(utc)})
  defp to_date(%{"year" => empty, "month" => empty, "day" => empty}) when is_blank(empty), do: {:ok, nil}
  defp to_date(%{year: empty, month: empty, day: empty}) when is_blank(empty), do: {:ok, nil}
  defp to_date(%{"year" => year, "month" => month, "day" => day}), do: date(int(year), int(month), int(day))
  defp to_date(%{year: year, month: month, day: day}), do: date(int(year), int(month), int(day))
  defp to_date(_value), do: :error

  defp date(year, month, day) when is_integer(year) and is_integer(month) and is_integer(day),
    do: or_error(Date.new(year, month, day))

  defp date(_year, _month, _day), do: :error

  defp to_time(<<hour::2-bytes, ?:, minute::2-bytes>>), do: time(int(hour), int(minute), 0, {0, 0})
  defp to_time(text) when is_binary(text), do: or_error(Time.from_iso8601(text))
  defp to_time(%{"hour" => empty, "minute" => empty}) when is_blank(empty), do: {:ok, nil}
  defp to_time(%{hour: empty, minute: empty}) when is_blank(empty), do: {:ok, nil}

  defp to_time(%{"hour" => hour, "minute" => minute} = parts),
    do: time(int(hour), int(minute), int(parts["second"]), fraction(int(parts["microsecond"])))

  defp to_time(%{hour: hour, minute: minute, second: second, microsecond: {microsecond, precision}}),
    do: time(int(hour), int(minute), int(second), {int(microsecond), int(precision)})

  defp to_time(%{hour: hour, minute: minute} = parts),
    do: time(int(hour), int(minute), int(Map.get(parts, :second)), fraction(int(Map.get(parts, :microsecond))))

  defp to_time(_value), do: :error

  defp fraction(nil), do: {0, 0}
  defp fraction(microsecond), do: {microsecond, 6}

  defp time(hour, minute, second, {microsecond, precision} = fraction)
       when is_integer(hour) and is_integer(minute) and (is_integer(second) or second == nil) and
              is_integer(microsecond) and is_integer(precision),
       do: or_error(Time.new(hour, minute, second || 0, fraction))

  defp time(_hour, _minute, _second, _fraction), do: :error

  # Browsers send "2026-01-31T10:00", without seconds.
  defguardp is_separator(char) when char in [?\s, ?T]

  defp to_naive("-" <> rest), do: with({:ok, value} <- to_naive(rest), do: {:ok, %{value | year: -value.year}})

  defp to_naive(<<year::4-bytes, ?-, month::2-bytes, ?-, day::2-bytes, sep, hour::2-bytes, ?:, minute::2-bytes>>)
       when is_separator(sep),
       do: or_error(NaiveDateTime.new(int(year), int(month), int(day), int(hour), int(minute), 0))

  defp to_naive(text) when is_binary(text), do: or_error(NaiveDateTime.from_iso8601(text))
  defp to_naive(%DateTime{} = value), do: with({:ok, utc} <- to_utc(value), do: {:ok, DateTime.to_naive(utc)})

  defp to_naive(%{"year" => empty, "month" => empty, "day" => empty, "hour" => empty, "minute" => empty})
       when is_blank(empty),
       do: {:ok, nil}

  defp to_naive(%{year: empty, month: empty, day: empty, hour: empty, minute: empty}) when is_blank(empty), do: {:ok, nil}

  defp to_naive(%{} = parts) do
    with {:ok, %Date{} = date} <- to_date(parts),
         {:ok, %Time{} = time} <- to_time(parts) do
      NaiveDateTime.new(date, time)
    else
      _ -> :error
    end
  end

  defp to_naive(_value), do: :error

  defp to_utc("-" <> rest), do: with({:ok, value} <- to_utc(rest), do: {:ok, %{value | year: -value.year}})

  defp to_utc(<<_::4-bytes, ?-, _::2-bytes, ?-, _::2-bytes, sep, _::2-bytes, ?:, _::2-bytes>> = text)
       when is_separator(sep),
       do: text |> to_naive() |> in_utc()

  defp to_utc(text) when is_binary(text) do
    case DateTime.from_iso8601(text) do
      {:ok, value, _offset} -> {:ok, value}
      {:error, :missing_offset} -> text |> to_naive() |> in_utc()
      {:error, _} -> :error
    end
  end

  defp to_utc(%DateTime{time_zone: "Etc/UTC"} = value), do: {:ok, value}

  defp to_utc(%DateTime{} = value),
    do: value |> DateTime.to_unix(:microsecond) |> DateTime.from_unix(:microsecond) |> or_error()

  defp to_utc(value), do: value |> to_naive() |> in_utc()

  defp in_utc({:ok, %NaiveDateTime{} = value}), do: {:ok, DateTime.from_naive!(value, "Etc/UTC")}
  defp in_utc(other), do: other

  defp or_error({:ok, _} = ok), do: ok
  defp or_error({:error, _}), do: :error

  defp int(text) when is_binary(text) and byte_size(text) < 32 do
    case Integer.parse(text) do
      {integer, ""} -> integer
      _ -> nil
    end
  end

  defp int(integer) when is_integer(integer), do: integer
  defp int(_value), do: nil
end
