# JSON objects whose keys stay in their order.

defmodule Jason.OrderedObject do
  @moduledoc false
  @behaviour Access
  defstruct values: []

  def new(values) when is_list(values), do: %__MODULE__{values: values}

  def fetch(%__MODULE__{values: values}, key) do
    case List.keyfind(values, key, 0) do
      {_, value} -> {:ok, value}
      nil -> :error
    end
  end

  def get_and_update(%__MODULE__{values: values} = object, key, fun) do
    {got, updated} = get_and_update(values, [], key, fun)
    {got, %{object | values: updated}}
  end

  defp get_and_update([{key, current} | rest], before, key, fun) do
    case fun.(current) do
      {get, value} -> {get, Enum.reverse(before, [{key, value} | rest])}
      :pop -> {current, Enum.reverse(before, rest)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update([pair | rest], before, key, fun), do: get_and_update(rest, [pair | before], key, fun)

  defp get_and_update([], before, key, fun) do
    case fun.(nil) do
      {get, value} -> {get, [{key, value} | Enum.reverse(before)]}
      :pop -> {nil, Enum.reverse(before)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  def pop(%__MODULE__{values: values} = object, key) do
    case List.keytake(values, key, 0) do
      {{_, value}, rest} -> {value, %{object | values: rest}}
      nil -> {nil, object}
    end
  end
end

defimpl Enumerable, for: Jason.OrderedObject do
  def count(%{values: []}), do: {:ok, 0}
  def count(_object), do: {:error, __MODULE__}
  def member?(%{values: []}, _value), do: {:ok, false}
  def member?(_object, _value), do: {:error, __MODULE__}
  def slice(%{values: []}), do: {:ok, 0, fn _, _ -> [] end}
  def slice(_object), do: {:error, __MODULE__}
  def reduce(%{values: values}, acc, fun), do: Enumerable.List.reduce(values, acc, fun)
end

defimpl Jason.Encoder, for: Jason.OrderedObject do
  def encode(%{values: values}, opts) do
    pairs = Enum.map_intersperse(values, ",", fn {key, value} -> [key |> to_string() |> Jason.encode!(), ":", Jason.Encoder.encode(value, opts)] end)
    ["{", pairs, "}"]
  end
end
