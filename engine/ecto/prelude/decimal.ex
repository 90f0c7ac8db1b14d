# Decimal: numbers with a sign, a coefficient and an exponent of ten, in the
# precision of a context. Reading and writing them is Decimal.Text's.

defmodule Decimal.Context do
  @moduledoc false
  defstruct precision: 34,
            rounding: :half_up,
            emax: 6_144,
            emin: -6_143,
            flags: [],
            traps: [:invalid_operation, :division_by_zero]

  @key :"$decimal_context"

  def get, do: Process.get(@key, %__MODULE__{})

  def set(%__MODULE__{} = context) do
    Process.put(@key, context)
    :ok
  end

  def update(fun) when is_function(fun, 1), do: get() |> fun.() |> set()

  def with(%__MODULE__{} = context, fun) when is_function(fun, 0) do
    before = Process.put(@key, context)

    try do
      fun.()
    after
      set(before || %__MODULE__{})
    end
  end
end

defmodule Decimal.Error do
  @moduledoc false
  defexception [:signal, :reason]

  @impl true
  def message(%{signal: signal, reason: reason}), do: "#{signal}#{reason && ": " <> reason}"
end

defmodule Decimal do
  @moduledoc false
  import Kernel, except: [abs: 1, div: 2, max: 2, min: 2, rem: 2, round: 1, to_string: 1]
  alias Decimal.{Context, Error, Text}

  defstruct sign: 1, coef: 0, exp: 0

  defmacro is_decimal(term) do
    case __CALLER__.context do
      nil ->
        quote do: match?(%Decimal{}, unquote(term))

      :guard ->
        quote do: is_struct(unquote(term), Decimal)

      :match ->
        raise ArgumentError,
              "invalid expression in match, is_decimal is not allowed in patterns " <>
                "such as function clauses, case clauses or on the left side of the = operator"
    end
  end

  # Making them

  defguardp is_coef(coef) when (is_integer(coef) and coef >= 0) or coef in [:NaN, :inf]

  def new(%Decimal{sign: sign, coef: coef, exp: exp} = num) when sign in [1, -1] and is_coef(coef) and is_integer(exp),
    do: num

  def new(int) when is_integer(int), do: %Decimal{sign: if(int < 0, do: -1, else: 1), coef: Kernel.abs(int)}
  def new(text), do: new(text, [])

  def new(text, opts) when is_binary(text) and is_list(opts) do
    case parse(text, opts) do
      {num, ""} -> num
      _ -> raise Error, reason: "number parsing syntax: #{inspect(text)}"
    end
  end

  def new(sign, coef, exp) when sign in [1, -1] and is_coef(coef) and is_integer(exp),
    do: %Decimal{sign: sign, coef: coef, exp: exp}

  def from_float(float) when is_float(float), do: float |> Float.to_string() |> String.replace(".0e", "e") |> new()

  def cast(term, opts \\ []) when is_list(opts) do
    limits = Text.limits!(opts)

    cond do
      is_integer(term) -> limited(new(term), limits)
      is_float(term) -> limited(from_float(term), limits)
      is_struct(term, Decimal) -> limited(term, limits)
      is_binary(term) -> whole(Text.parse(term, limits))
      true -> :error
    end
  end

  defp limited(num, limits), do: if(Text.within?(num, limits), do: {:ok, num}, else: :error)

  defp whole({num, ""}), do: {:ok, num}
  defp whole(_), do: :error

  def parse(text) when is_binary(text), do: parse(text, [])
  def parse(text, opts) when is_binary(text) and is_list(opts), do: Text.parse(text, Text.limits!(opts))

  defp decimal(%Decimal{} = num), do: num
  defp decimal(other) when is_integer(other) or is_binary(other), do: new(other)

  defp decimal(other) when is_float(other) do
    raise ArgumentError,
          "implicit conversion of #{inspect(other)} to Decimal is not allowed. Use Decimal.from_float/1"
  end

  # Asking them

  def nan?(%Decimal{coef: coef}), do: coef == :NaN
  def inf?(%Decimal{coef: coef}), do: coef == :inf
  def positive?(%Decimal{coef: coef, sign: sign}), do: coef not in [:NaN, 0] and sign == 1
  def negative?(%Decimal{coef: coef, sign: sign}), do: coef not in [:NaN, 0] and sign == -1
  def scale(%Decimal{exp: exp}), do: Kernel.max(0, -exp)

  def integer?(%Decimal{coef: coef}) when coef in [:NaN, :inf], do: false

  def integer?(%Decimal{coef: coef, exp: exp}),
    do: coef == 0 or exp >= 0 or (-exp <= digits(coef) and Kernel.rem(coef, pow10(-exp)) == 0)

  def integer?(num), do: integer?(decimal(num))

  def compare(num1, num2)
  def compare(%Decimal{coef: :inf, sign: sign}, %Decimal{coef: :inf, sign: sign}), do: :eq
  def compare(%Decimal{coef: :inf, sign: sign}, %Decimal{}), do: if(sign == 1, do: :gt, else: :lt)
  def compare(%Decimal{}, %Decimal{coef: :inf, sign: sign}), do: if(sign == 1, do: :lt, else: :gt)
  def compare(%Decimal{coef: :NaN} = nan, %Decimal{}), do: signal([:invalid_operation], "operation on NaN", nan)
  def compare(%Decimal{}, %Decimal{coef: :NaN} = nan), do: signal([:invalid_operation], "operation on NaN", nan)

  def compare(%Decimal{} = one, %Decimal{} = other) do
    cond do
      one.coef == 0 and other.coef == 0 -> :eq
      other.coef == 0 -> order(one.sign)
      one.coef == 0 -> order(-other.sign)
      one.sign != other.sign -> order(one.sign)
      true -> order(one.sign * size(one, other))
    end
  end

  def compare(num1, num2), do: compare(decimal(num1), decimal(num2))

  # Which of two has more digits before the point, or else is larger.
  defp size(one, other) do
    case {leading(one), leading(other)} do
      {same, same} ->
        {left, right, _} = align(one, other)
        sign_of(left - right)

      {left, right} ->
        sign_of(left - right)
    end
  end

  defp order(1), do: :gt
  defp order(0), do: :eq
  defp order(-1), do: :lt

  defp sign_of(int) when int > 0, do: 1
  defp sign_of(int) when int < 0, do: -1
  defp sign_of(0), do: 0

  def compare(_num1, _num2, %Decimal{sign: -1}), do: raise(Error, reason: "threshold cannot be negative")

  def compare(%Decimal{} = num1, %Decimal{} = num2, %Decimal{} = threshold) do
    above = compare(add(num1, threshold), num2)
    below = compare(sub(num1, threshold), num2)

    cond do
      above in [:gt, :eq] and below in [:lt, :eq] -> :eq
      above == :gt -> :gt
      below == :lt -> :lt
    end
  end

  def compare(num1, num2, threshold), do: compare(decimal(num1), decimal(num2), decimal(threshold))

  @doc false
  def cmp(num1, num2), do: compare(num1, num2)

  def equal?(num1, num2), do: eq?(num1, num2)
  def eq?(num1, num2), do: compared?(num1, num2, [:eq])
  def eq?(num1, num2, threshold), do: compare(num1, num2, threshold) == :eq
  def gt?(num1, num2), do: compared?(num1, num2, [:gt])
  def lt?(num1, num2), do: compared?(num1, num2, [:lt])
  def gte?(num1, num2), do: compared?(num1, num2, [:gt, :eq])
  def lte?(num1, num2), do: compared?(num1, num2, [:lt, :eq])

  defp compared?(%Decimal{coef: :NaN}, _num2, _orders), do: false
  defp compared?(_num1, %Decimal{coef: :NaN}, _orders), do: false
  defp compared?(num1, num2, orders), do: compare(num1, num2) in orders

  def max(%Decimal{coef: :NaN}, %Decimal{} = num2), do: num2
  def max(%Decimal{} = num1, %Decimal{coef: :NaN}), do: num1
  def max(%Decimal{} = num1, %Decimal{} = num2), do: num1 |> pick(num2, compare(num1, num2) == :gt, &>/2) |> in_context()
  def max(num1, num2), do: max(decimal(num1), decimal(num2))

  def min(%Decimal{coef: :NaN}, %Decimal{} = num2), do: num2
  def min(%Decimal{} = num1, %Decimal{coef: :NaN}), do: num1
  def min(%Decimal{} = num1, %Decimal{} = num2), do: num1 |> pick(num2, compare(num1, num2) == :lt, &</2) |> in_context()
  def min(num1, num2), do: min(decimal(num1), decimal(num2))

  # Of equal ones the sign decides, and then the exponent.
  defp pick(num1, num2, first?, more?) do
    cond do
      first? -> num1
      compare(num1, num2) != :eq -> num2
      num1.sign != num2.sign -> if(more?.(num1.sign, num2.sign), do: num1, else: num2)
      more?.(num1.exp * num1.sign, num2.exp * num2.sign) -> num1
      true -> num2
    end
  end

  # Reckoning

  def apply_context(%Decimal{} = num), do: in_context(num)

  def abs(%Decimal{coef: :NaN} = num), do: %{num | sign: 1}
  def abs(%Decimal{} = num), do: in_context(%{num | sign: 1})

  def negate(%Decimal{coef: :NaN} = num), do: num
  def negate(%Decimal{sign: sign} = num), do: in_context(%{num | sign: -sign})
  def negate(num), do: negate(decimal(num))

  def add(%Decimal{coef: :NaN} = num1, %Decimal{}), do: num1
  def add(%Decimal{}, %Decimal{coef: :NaN} = num2), do: num2

  def add(%Decimal{coef: :inf, sign: sign} = num1, %Decimal{coef: :inf, sign: sign} = num2),
    do: if(num1.exp > num2.exp, do: num1, else: num2)

  def add(%Decimal{coef: :inf}, %Decimal{coef: :inf}),
    do: signal([:invalid_operation], "adding +Infinity and -Infinity", %Decimal{coef: :NaN})

  def add(%Decimal{coef: :inf} = num1, %Decimal{}), do: num1
  def add(%Decimal{}, %Decimal{coef: :inf} = num2), do: num2

  def add(%Decimal{} = num1, %Decimal{} = num2) do
    context = Context.get()
    {num1, num2} = near(num1, num2, context.precision + 2)
    {left, right, exp} = align(num1, num2)
    sum = num1.sign * left + num2.sign * right

    sign =
      cond do
        sum != 0 -> sign_of(sum)
        num1.sign == num2.sign -> num1.sign
        context.rounding == :floor -> -1
        true -> 1
      end

    in_context(%Decimal{sign: sign, coef: Kernel.abs(sum), exp: exp})
  end

  def add(num1, num2), do: add(decimal(num1), decimal(num2))

  # Of two that are so far apart that the smaller one only matters for rounding,
  # one digit behind the larger stands for it.
  defp near(%{coef: 0} = num1, %{coef: 0} = num2, _far), do: {num1, num2}
  defp near(%{coef: 0} = zero, num, far), do: {near_zero(zero, num, far), num}
  defp near(num, %{coef: 0} = zero, far), do: {num, near_zero(zero, num, far)}

  defp near(num1, num2, far) do
    if leading(num1) >= leading(num2), do: {num1, tail(num2, num1, far)}, else: {tail(num1, num2, far), num2}
  end

  # A zero counts with its exponent, as far as the precision goes.
  defp near_zero(zero, num, far), do: if(num.exp - zero.exp > far, do: %{zero | exp: end_of(num, far)}, else: zero)

  defp tail(small, large, far) do
    last = end_of(large, far)
    if leading(small) < last - 1, do: %{small | coef: 1, exp: last - 1}, else: small
  end

  defp end_of(num, far), do: Kernel.min(num.exp, leading(num) - far + 1)

  def sub(%Decimal{} = num1, %Decimal{sign: sign} = num2), do: add(num1, %{num2 | sign: -sign})
  def sub(num1, num2), do: sub(decimal(num1), decimal(num2))

  def mult(%Decimal{coef: :NaN} = num1, %Decimal{}), do: num1
  def mult(%Decimal{}, %Decimal{coef: :NaN} = num2), do: num2

  def mult(%Decimal{coef: coef1}, %Decimal{coef: coef2}) when {coef1, coef2} in [{0, :inf}, {:inf, 0}],
    do: signal([:invalid_operation], "0 * ±Infinity", %Decimal{coef: :NaN})

  def mult(%Decimal{} = num1, %Decimal{} = num2) do
    product = %Decimal{sign: num1.sign * num2.sign, exp: num1.exp + num2.exp}

    if num1.coef == :inf or num2.coef == :inf,
      do: %{product | coef: :inf},
      else: in_context(%{product | coef: num1.coef * num2.coef})
  end

  def mult(num1, num2), do: mult(decimal(num1), decimal(num2))

  def div(%Decimal{} = num1, %Decimal{} = num2) do
    with {:finite, sign} <- special(num1, num2, :div) do
      if num1.coef == 0,
        do: in_context(%Decimal{sign: sign, coef: 0, exp: num1.exp - num2.exp}),
        else: quotient(num1, num2, sign)
    end
  end

  def div(num1, num2), do: div(decimal(num1), decimal(num2))

  defp quotient(num1, num2, sign) do
    precision = Context.get().precision
    {coef1, coef2, shift} = scaled(num1.coef, num2.coef)
    coef1 = coef1 * pow10(precision)
    coef = Kernel.div(coef1, coef2)
    shift = shift + precision

    if Kernel.rem(coef1, coef2) == 0 do
      signals = if shift < 0, do: [:inexact, :rounded], else: []
      {coef, shift} = without_zeros(coef, shift)
      in_context(%Decimal{sign: sign, coef: coef, exp: num1.exp - num2.exp - shift}, signals)
    else
      in_context(%Decimal{sign: sign, coef: coef, exp: num1.exp - num2.exp - shift}, [:inexact, :rounded], true)
    end
  end

  # Both with as many digits, the first not smaller, and by how much it moved.
  defp scaled(coef1, coef2) do
    shift = digits(coef2) - digits(coef1)
    {coef1, coef2} = if shift >= 0, do: {coef1 * pow10(shift), coef2}, else: {coef1, coef2 * pow10(-shift)}
    if coef1 < coef2, do: {coef1 * 10, coef2, shift + 1}, else: {coef1, coef2, shift}
  end

  defp without_zeros(coef, shift) when shift > 0 do
    if Kernel.rem(coef, 10) == 0, do: without_zeros(Kernel.div(coef, 10), shift - 1), else: {coef, shift}
  end

  defp without_zeros(coef, shift), do: {coef, shift}

  def div_int(%Decimal{} = num1, %Decimal{} = num2) do
    with {:finite, sign} <- special(num1, num2, :div) do
      cond do
        smaller?(num1, num2) -> %Decimal{sign: sign, coef: 0, exp: num1.exp - num2.exp}
        num1.coef == 0 -> in_context(%{num1 | sign: sign})
        true -> with(:error <- whole_quotient(num1, num2, sign), do: too_large(%Decimal{coef: :NaN}))
      end
    end
  end

  def div_int(num1, num2), do: div_int(decimal(num1), decimal(num2))

  def rem(%Decimal{} = num1, %Decimal{} = num2) do
    with {:finite, sign} <- special(num1, num2, :rem) do
      cond do
        smaller?(num1, num2) -> in_context(num1)
        num1.coef == 0 -> in_context(%{num2 | sign: num1.sign})
        true -> remainder(num1, num2, sign)
      end
    end
  end

  def rem(num1, num2), do: rem(decimal(num1), decimal(num2))

  defp remainder(num1, num2, sign) do
    case whole_quotient(num1, num2, sign) do
      :error -> too_large(%Decimal{coef: :NaN})
      whole -> sub(num1, mult(num2, whole))
    end
  end

  def div_rem(%Decimal{coef: :inf}, %Decimal{coef: :inf}) do
    nan = %Decimal{coef: :NaN}
    signal([:invalid_operation], "±Infinity / ±Infinity", {nan, nan})
  end

  def div_rem(%Decimal{} = num1, %Decimal{} = num2) do
    case special(num1, num2, :div) do
      {:finite, sign} ->
        cond do
          smaller?(num1, num2) -> {%Decimal{sign: sign, coef: 0, exp: num1.exp - num2.exp}, num1}
          num1.coef == 0 -> {in_context(%{num1 | sign: sign}), in_context(%{num2 | sign: num1.sign})}
          true -> {div_int(num1, num2), rem(num1, num2)}
        end

      result ->
        {result, special(num1, num2, :rem)}
    end
  end

  def div_rem(num1, num2), do: div_rem(decimal(num1), decimal(num2))

  defp smaller?(num1, num2), do: compare(%{num1 | sign: 1}, %{num2 | sign: 1}) == :lt

  # The quotient without a fraction, if the precision holds it.
  defp whole_quotient(num1, num2, sign) do
    precision = Context.get().precision
    {coef1, coef2, shift} = scaled(num1.coef, num2.coef)
    places = num1.exp - num2.exp - shift

    if places > precision do
      :error
    else
      coef = Kernel.div(coef1 * pow10(places), coef2)
      if coef > pow10(precision), do: :error, else: %Decimal{sign: sign, coef: coef, exp: 0}
    end
  end

  defp too_large(result), do: signal([:invalid_operation], "integer division impossible, quotient too large", result)

  # What a division gives when one of two is no number, endless or nothing.
  defp special(%{coef: :NaN} = num1, _num2, _kind), do: num1
  defp special(_num1, %{coef: :NaN} = num2, _kind), do: num2

  defp special(%{coef: :inf}, %{coef: :inf}, _kind),
    do: signal([:invalid_operation], "±Infinity / ±Infinity", %Decimal{coef: :NaN})

  defp special(%{coef: :inf} = num1, num2, :div), do: %{num1 | sign: num1.sign * num2.sign}
  defp special(%{coef: :inf} = num1, _num2, :rem), do: %Decimal{sign: num1.sign, coef: 0}

  defp special(num1, %{coef: :inf} = num2, :div),
    do: %Decimal{sign: num1.sign * num2.sign, coef: 0, exp: num1.exp - num2.exp}

  defp special(num1, %{coef: :inf} = num2, :rem), do: %{num2 | sign: num1.sign}
  defp special(%{coef: 0}, %{coef: 0}, _kind), do: signal([:invalid_operation], "0 / 0", %Decimal{coef: :NaN})

  defp special(num1, %{coef: 0} = num2, :div),
    do: signal([:division_by_zero], nil, %Decimal{sign: num1.sign * num2.sign, coef: :inf})

  defp special(num1, %{coef: 0}, :rem), do: signal([:division_by_zero], nil, %Decimal{sign: num1.sign, coef: 0})
  defp special(num1, num2, _kind), do: {:finite, num1.sign * num2.sign}

  def sqrt(%Decimal{coef: :NaN} = num), do: signal([:invalid_operation], "operation on NaN", num)
  def sqrt(%Decimal{coef: 0, exp: exp} = num), do: %{num | exp: Integer.floor_div(exp, 2)}
  def sqrt(%Decimal{sign: -1} = num), do: signal([:invalid_operation], "less than zero", num)
  def sqrt(%Decimal{coef: :inf} = num), do: num

  def sqrt(%Decimal{coef: coef, exp: exp}) do
    precision = Context.get().precision + 1
    odd? = Integer.mod(exp, 2) == 1
    shift = if odd?, do: precision - Kernel.div(digits(coef), 2) - 1, else: precision - Kernel.div(digits(coef) + 1, 2)
    coef = if odd?, do: coef * 10, else: coef
    half = Integer.floor_div(exp, 2)

    {square, exact?} =
      if shift >= 0,
        do: {coef * pow10(2 * shift), true},
        else: {Kernel.div(coef, pow10(-2 * shift)), Kernel.rem(coef, pow10(-2 * shift)) == 0}

    root = root(square, pow10(precision))

    cond do
      not exact? or root * root != square -> in_context(%Decimal{coef: root, exp: half - shift})
      shift >= 0 -> in_context(%Decimal{coef: Kernel.div(root, pow10(shift)), exp: half})
      true -> in_context(%Decimal{coef: root * pow10(-shift), exp: half})
    end
  end

  def sqrt(num), do: sqrt(decimal(num))

  # Newton's way, from above.
  defp root(square, guess) do
    quotient = Kernel.div(square, guess)
    if guess <= quotient, do: guess, else: root(square, Kernel.div(guess + quotient, 2))
  end

  def normalize(%Decimal{coef: :NaN} = num), do: num
  def normalize(%Decimal{coef: :inf} = num), do: %{num | exp: 0}
  def normalize(%Decimal{coef: 0, sign: sign}), do: %Decimal{sign: sign}
  def normalize(%Decimal{} = num), do: num |> shortened() |> in_context()

  @doc false
  def shortened(%Decimal{coef: 0} = num), do: %{num | exp: 0}

  def shortened(%Decimal{coef: coef, exp: exp} = num) do
    if Kernel.rem(coef, 10) == 0, do: shortened(%{num | coef: Kernel.div(coef, 10), exp: exp + 1}), else: num
  end

  def round(num, places \\ 0, mode \\ :half_up)
  def round(%Decimal{coef: coef} = num, _places, _mode) when coef in [:NaN, :inf], do: num

  def round(%Decimal{} = num, places, mode) do
    case normalize(num) do
      %{coef: :inf} = num ->
        num

      %{coef: coef, exp: exp} = num when exp >= -places ->
        in_context(%{num | coef: coef * pow10(exp + places), exp: -places})

      %{coef: coef, exp: exp, sign: sign} = num ->
        {coef, _} = cut(coef, -places - exp, mode, sign, false)
        in_context(%{num | coef: coef, exp: -places})
    end
  end

  def round(num, places, mode), do: round(decimal(num), places, mode)

  # Takes digits off the end of a coefficient, and says whether any of them counted.
  defp cut(coef, count, mode, sign, sticky?) do
    unit = pow10(count)
    kept = Kernel.div(coef, unit)
    rest = Kernel.rem(coef, unit)
    guard = if count == 0, do: 0, else: Kernel.div(rest, pow10(count - 1))
    more? = sticky? or (count > 0 and Kernel.rem(rest, pow10(count - 1)) != 0)
    {if(up?(mode, sign, kept, guard, more?), do: kept + 1, else: kept), guard != 0 or more?}
  end

  defp up?(:down, _sign, _kept, _guard, _more?), do: false
  defp up?(:up, _sign, _kept, guard, more?), do: guard != 0 or more?
  defp up?(:ceiling, sign, _kept, guard, more?), do: sign == 1 and (guard != 0 or more?)
  defp up?(:floor, sign, _kept, guard, more?), do: sign == -1 and (guard != 0 or more?)
  defp up?(:half_up, _sign, _kept, guard, _more?), do: guard >= 5
  defp up?(:half_down, _sign, _kept, guard, more?), do: guard > 5 or (guard == 5 and more?)
  defp up?(:half_even, _sign, kept, 5, more?), do: more? or Kernel.rem(kept, 2) == 1
  defp up?(:half_even, _sign, _kept, guard, _more?), do: guard > 5

  # The result of an operation, as the context of the process has it.
  defp in_context(num, signals \\ [], sticky? \\ false)
  defp in_context(%{coef: coef} = num, _signals, _sticky?) when coef in [:NaN, :inf], do: num

  defp in_context(num, signals, sticky?) do
    context = Context.get()
    length = digits(num.coef)
    over = length - context.precision

    {num, more} =
      if over > 0 or sticky? do
        {coef, inexact?} = cut(num.coef, Kernel.max(over, 0), context.rounding, num.sign, sticky?)

        {carried(num, coef, Kernel.max(over, 0), Kernel.min(length, context.precision)),
         if(inexact?, do: [:inexact, :rounded], else: [:rounded])}
      else
        {num, []}
      end

    {num, limits} = bounded(num, context)
    signal(gathered(signals, more, limits), nil, num)
  end

  # In the order in which Decimal notes them.
  defp gathered(signals, more, []) when more in [[], signals], do: signals
  defp gathered([], more, []), do: Enum.reverse(more)
  defp gathered(signals, more, limits), do: noted(signals, more ++ limits)

  defp noted(flags, signals), do: Enum.reduce(signals, flags, &if(&1 in &2, do: &2, else: [&1 | &2]))

  defp carried(num, coef, over, length) do
    if coef == pow10(length),
      do: %{num | coef: Kernel.div(coef, 10), exp: num.exp + over + 1},
      else: %{num | coef: coef, exp: num.exp + over}
  end

  defp bounded(%{coef: 0} = num, _context), do: {num, []}

  defp bounded(num, context) do
    leading = leading(num)

    cond do
      context.emax != :infinity and leading > context.emax -> {largest(num, context), [:overflow, :inexact, :rounded]}
      context.emin != :infinity and leading < context.emin -> {%{num | coef: 0, exp: 0}, [:underflow, :inexact, :rounded]}
      true -> {num, []}
    end
  end

  defp largest(%{sign: sign}, %{rounding: rounding} = context) do
    if rounding == :down or (rounding == :floor and sign == 1) or (rounding == :ceiling and sign == -1),
      do: %Decimal{sign: sign, coef: pow10(context.precision) - 1, exp: context.emax - context.precision + 1},
      else: %Decimal{sign: sign, coef: :inf}
  end

  # Notes signals in the context; those that are trapped raise.
  defp signal([], _reason, result), do: result

  defp signal(signals, reason, result) do
    context = Context.get()

    case noted(context.flags, signals) do
      flags when flags == context.flags -> :ok
      flags -> Context.set(%{context | flags: flags})
    end

    case Enum.find(signals, &(&1 in context.traps)) do
      nil -> result
      trapped -> raise Error, signal: trapped, reason: reason
    end
  end

  # Other forms

  def to_string(num, type \\ :scientific)
  def to_string(%Decimal{} = num, type) when type in [:scientific, :normal, :xsd, :raw], do: Text.format(num, type, [])

  def to_string(%Decimal{} = num, type, opts) when is_list(opts) and type in [:scientific, :normal, :xsd, :raw],
    do: Text.format(num, type, opts)

  def to_integer(%Decimal{coef: coef, exp: exp} = num) when is_integer(coef) and exp >= 0, do: num.sign * coef * pow10(exp)

  def to_integer(%Decimal{coef: coef} = num) when is_integer(coef) do
    short = shortened(num)

    if short.exp < 0 do
      raise ArgumentError, "cannot convert #{inspect(short)} without losing precision. Use Decimal.round/3 first."
    end

    short.sign * short.coef * pow10(short.exp)
  end

  def to_float(%Decimal{coef: 0}), do: 0.0

  def to_float(%Decimal{coef: coef} = num) when is_integer(coef) do
    if Kernel.abs(leading(num)) >= 308, do: in_range!(num)
    digits = Integer.to_string(coef)
    {first, rest} = String.split_at(digits, 1)
    String.to_float("#{if num.sign == -1, do: "-"}#{first}.#{if rest == "", do: "0", else: rest}e#{leading(num)}")
  end

  def to_float(%Decimal{} = num), do: raise(ArgumentError, "#{inspect(num)} cannot be converted to float")

  defp in_range!(%{sign: sign} = num) do
    size = %{num | sign: 1}

    {far, direction} =
      if sign == 1, do: {"number", {"bigger", "smaller"}}, else: {"negative number", {"smaller", "bigger"}}

    cond do
      gt?(size, %Decimal{coef: 17_976_931_348_623_158, exp: 292}) ->
        raise Error, reason: "#{far} #{elem(direction, 0)} than DBL_MAX: #{inspect(num)}"

      lt?(size, %Decimal{coef: 22_250_738_585_072_014, exp: -324}) ->
        raise Error, reason: "#{far} #{elem(direction, 1)} than DBL_MIN: #{inspect(num)}"

      true ->
        :ok
    end
  end

  # The exponent of the first digit, and two coefficients with one exponent.
  defp leading(%{coef: coef, exp: exp}), do: exp + digits(coef) - 1

  defp align(%{coef: coef1, exp: exp1}, %{coef: coef2, exp: exp2}) do
    exp = Kernel.min(exp1, exp2)
    {coef1 * pow10(exp1 - exp), coef2 * pow10(exp2 - exp), exp}
  end

  @doc false
  def digits(coef), do: coef |> Integer.to_string() |> byte_size()

  @doc false
  def pow10(count), do: Integer.pow(10, count)
end

defimpl Inspect, for: Decimal do
  def inspect(num, _opts), do: "Decimal.new(\"" <> Decimal.to_string(num, :scientific, max_digits: :infinity) <> "\")"
end

defimpl String.Chars, for: Decimal do
  def to_string(num), do: Decimal.to_string(num, :scientific, max_digits: :infinity)
end

defimpl JSON.Encoder, for: Decimal do
  def encode(num, _encoder), do: [?", Decimal.to_string(num, :scientific, max_digits: :infinity), ?"]
end
