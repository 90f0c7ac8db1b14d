# Decimals as text: what is read within limits, and the forms that are written.

defmodule Decimal.Text do
  @moduledoc false

  @limits %{max_digits: 34, max_exponent: 6_144}

  def limits!(opts) do
    Enum.reduce(opts, @limits, fn
      {key, value}, acc when is_map_key(acc, key) -> %{acc | key => limit!(key, value)}
      {key, _value}, _acc -> raise ArgumentError, "unknown option #{inspect(key)}"
    end)
  end

  defp limit!(_key, value) when value == :infinity or (is_integer(value) and value >= 0), do: value

  defp limit!(key, value),
    do: raise(ArgumentError, "#{inspect(key)} must be a non-negative integer or :infinity, got: #{inspect(value)}")

  # An atom is larger than any number.
  def within?(%Decimal{coef: coef, exp: exp}, limits),
    do: (coef in [:NaN, :inf] or Decimal.digits(coef) <= limits.max_digits) and abs(exp) <= limits.max_exponent

  def parse("+" <> rest, limits), do: unsigned(rest, limits)

  def parse("-" <> rest, limits) do
    with {num, rest} <- unsigned(rest, limits), do: {%{num | sign: -1}, rest}
  end

  def parse(text, limits), do: unsigned(text, limits)

  defp unsigned(text, limits) do
    case Regex.run(~r/\A(?:infinity|inf|nan)/i, text) do
      [word] when byte_size(word) == 3 and binary_part(word, 0, 1) in ["n", "N"] ->
        {%Decimal{coef: :NaN}, after_size(text, 3)}

      [word] ->
        {%Decimal{coef: :inf}, after_size(text, byte_size(word))}

      nil ->
        number(text, limits)
    end
  end

  defp after_size(text, size), do: binary_part(text, size, byte_size(text) - size)

  defp number(text, limits) do
    {whole, rest} = digits(text)
    {fraction, rest} = fraction(rest)
    {shift, rest} = exponent(rest, limits)
    coef = whole <> fraction

    cond do
      coef == "" or shift == :error -> :error
      byte_size(String.trim_leading(coef, "0")) > limits.max_digits -> :error
      abs(shift - byte_size(fraction)) > limits.max_exponent -> :error
      true -> {%Decimal{coef: String.to_integer(coef), exp: shift - byte_size(fraction)}, rest}
    end
  end

  defp digits(text) do
    [digits] = Regex.run(~r/\A[0-9]*/, text)
    {digits, after_size(text, byte_size(digits))}
  end

  defp fraction("." <> rest), do: digits(rest)
  defp fraction(rest), do: {"", rest}

  defp exponent(<<e, rest::binary>> = text, limits) when e in [?e, ?E] do
    {sign, rest} =
      case rest do
        "-" <> rest -> {-1, rest}
        "+" <> rest -> {1, rest}
        rest -> {1, rest}
      end

    case digits(rest) do
      {"", _} -> {0, text}
      {digits, rest} -> {shift(sign, digits, limits), rest}
    end
  end

  defp exponent(text, _limits), do: {0, text}

  # No limit on digits is worth an exponent that is longer than all that is written.
  defp shift(sign, digits, limits) do
    if limits.max_exponent != :infinity and byte_size(String.trim_leading(digits, "0")) > 12,
      do: :error,
      else: sign * String.to_integer(digits)
  end

  @max_digits 6_178

  def format(num, type, opts) do
    max = limit!(:max_digits, Keyword.get(opts, :max_digits, @max_digits))
    needed = needed(num, type)

    if needed > max do
      raise ArgumentError, "#{inspect(type)} representation requires #{needed} digits, but the configured maximum is #{max}"
    end

    if(num.sign == -1, do: "-", else: "") <> text(num, type)
  end

  defp text(%{coef: :NaN}, _type), do: "NaN"
  defp text(%{coef: :inf}, _type), do: "Infinity"
  defp text(%{coef: coef, exp: 0}, type) when type in [:scientific, :normal, :raw], do: Integer.to_string(coef)
  defp text(%{coef: coef, exp: exp}, :raw), do: "#{coef}E#{exp}"
  defp text(%{coef: coef, exp: exp}, :normal) when exp > 0, do: Integer.to_string(coef) <> String.duplicate("0", exp)

  defp text(%{coef: coef, exp: exp}, :normal) do
    digits = coef |> Integer.to_string() |> String.pad_leading(1 - exp, "0")
    {whole, fraction} = String.split_at(digits, exp)
    whole <> "." <> fraction
  end

  defp text(%{coef: coef, exp: exp} = num, :scientific) do
    leading = exp + Decimal.digits(coef) - 1

    if exp < 0 and leading >= -6 do
      text(num, :normal)
    else
      {first, rest} = coef |> Integer.to_string() |> String.split_at(1)
      "#{first}#{if rest != "", do: "." <> rest}E#{if exp > 0, do: "+"}#{leading}"
    end
  end

  defp text(num, :xsd), do: num |> xsd() |> text(:normal)

  # With one digit behind the point, or as many as it needs.
  defp xsd(num) do
    case Decimal.shortened(num) do
      %{coef: 0} = zero -> %{zero | exp: -1}
      %{coef: coef, exp: exp} = whole when exp >= 0 -> %{whole | coef: coef * Decimal.pow10(exp + 1), exp: -1}
      short -> short
    end
  end

  # How many digits a form has.
  defp needed(%{coef: coef}, _type) when coef in [:NaN, :inf], do: 0

  defp needed(%{coef: coef, exp: exp}, :raw),
    do: Decimal.digits(coef) + if(exp == 0, do: 0, else: Decimal.digits(abs(exp)))

  defp needed(%{coef: coef, exp: exp}, :normal), do: written(Decimal.digits(coef), exp)

  defp needed(%{coef: 0}, :xsd), do: 2

  defp needed(num, :xsd) do
    %{coef: coef, exp: exp} = Decimal.shortened(num)
    if exp >= 0, do: Decimal.digits(coef) + exp + 1, else: written(Decimal.digits(coef), exp)
  end

  defp needed(%{coef: coef, exp: exp}, :scientific) do
    digits = Decimal.digits(coef)
    leading = exp + digits - 1

    cond do
      exp == 0 -> digits
      exp < 0 and leading >= -6 -> written(digits, exp)
      true -> digits + Decimal.digits(abs(leading))
    end
  end

  defp written(digits, exp) when exp >= 0, do: digits + exp
  defp written(digits, exp), do: max(digits, 1 - exp)
end
