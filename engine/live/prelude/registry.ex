# Registry: one process keeps the entries of a registry and forgets those of the
# processes that end.

defmodule Registry do
  @moduledoc false
  use GenServer

  def child_spec(options) do
    %{id: Keyword.get(options, :name, Registry), start: {Registry, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) do
    keys = Keyword.get(options, :keys)

    unless keys in [:unique, :duplicate] do
      raise ArgumentError, "expected :keys to be given and be one of :unique or :duplicate, got: #{inspect(keys)}"
    end

    name =
      case Keyword.fetch(options, :name) do
        {:ok, name} when is_atom(name) -> name
        {:ok, other} -> raise ArgumentError, "expected :name to be an atom, got: #{inspect(other)}"
        :error -> raise ArgumentError, "expected :name option to be present"
      end

    meta = Keyword.get(options, :meta, [])

    unless Keyword.keyword?(meta) do
      raise ArgumentError, "expected :meta to be a keyword list, got: #{inspect(meta)}"
    end

    partitions = Keyword.get(options, :partitions, 1)

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "expected :partitions to be a positive integer, got: #{inspect(partitions)}"
    end

    listeners = Keyword.get(options, :listeners, [])

    unless is_list(listeners) and Enum.all?(listeners, &is_atom/1) do
      raise ArgumentError, "expected :listeners to be a list of named processes, got: #{inspect(listeners)}"
    end

    GenServer.start_link(Registry, {keys, name, Map.new(meta), listeners}, name: name)
  end

  ## The process

  def init({kind, name, meta, listeners}) do
    {:ok, %{kind: kind, name: name, meta: meta, listeners: listeners, entries: %{}, watched: %{}, next: 0}}
  end

  # An entry is {order, key, pid, value}.
  def handle_call({:register, key, pid, value}, _from, %{kind: :unique} = state) do
    case state.entries[key] do
      [{_, _, owner, _} | _] ->
        if Process.alive?(owner) do
          {:reply, {:error, {:already_registered, owner}}, state}
        else
          {:reply, :ok, state |> delete(key, owner) |> insert(key, pid, value)}
        end

      _ ->
        {:reply, :ok, insert(state, key, pid, value)}
    end
  end

  def handle_call({:register, key, pid, value}, _from, state), do: {:reply, :ok, insert(state, key, pid, value)}
  def handle_call({:unregister, key, pid}, _from, state), do: {:reply, :ok, delete(state, key, pid)}
  def handle_call({:lookup, key}, _from, state), do: {:reply, Map.get(state.entries, key, []), state}
  def handle_call(:kind, _from, state), do: {:reply, state.kind, state}
  def handle_call(:all, _from, state), do: {:reply, state.entries |> Map.values() |> Enum.concat() |> Enum.sort(), state}

  def handle_call({:replace, key, pid, value}, _from, state) do
    entries = for {n, k, p, old} <- state.entries[key], do: {n, k, p, if(p == pid, do: value, else: old)}
    {:reply, :ok, put_in(state.entries[key], entries)}
  end

  def handle_call({:drop, orders}, _from, state) do
    gone = for {_, list} <- state.entries, {n, key, pid, _} <- list, n in orders, do: {n, key, pid}
    {:reply, :ok, Enum.reduce(gone, state, fn {n, key, pid}, acc -> drop(acc, key, pid, &(elem(&1, 0) == n)) end)}
  end

  def handle_call({:meta, key}, _from, state), do: {:reply, Map.fetch(state.meta, key), state}
  def handle_call({:put_meta, key, value}, _from, state), do: {:reply, :ok, put_in(state.meta[key], value)}
  def handle_call({:delete_meta, key}, _from, state), do: {:reply, :ok, %{state | meta: Map.delete(state.meta, key)}}

  def handle_cast(_, state), do: {:noreply, state}

  def handle_info({:DOWN, _, :process, pid, _}, state) do
    keys = for {key, list} <- state.entries, Enum.any?(list, &(elem(&1, 2) == pid)), do: key
    state = Enum.reduce(keys, state, &drop(&2, &1, pid, fn entry -> elem(entry, 2) == pid end))
    {:noreply, %{state | watched: Map.delete(state.watched, pid)}}
  end

  def handle_info(_, state), do: {:noreply, state}

  defp insert(state, key, pid, value) do
    watched = Map.put_new_lazy(state.watched, pid, fn -> Process.monitor(pid) end)
    entries = Map.update(state.entries, key, [{state.next, key, pid, value}], &(&1 ++ [{state.next, key, pid, value}]))
    tell(state, {:register, state.name, key, pid, value})
    %{state | entries: entries, watched: watched, next: state.next + 1}
  end

  defp delete(state, key, pid), do: drop(state, key, pid, &(elem(&1, 2) == pid))

  defp drop(state, key, pid, gone?) do
    case state.entries do
      %{^key => list} ->
        case Enum.reject(list, gone?) do
          ^list ->
            state

          left ->
            tell(state, {:unregister, state.name, key, pid})
            entries = if left == [], do: Map.delete(state.entries, key), else: Map.put(state.entries, key, left)
            %{state | entries: entries}
        end

      %{} ->
        state
    end
  end

  defp tell(state, event), do: for(name <- state.listeners, Process.whereis(name), do: Kernel.send(name, event))

  defp ask(registry, request) do
    if is_atom(registry) and Process.whereis(registry) do
      GenServer.call(registry, request, :infinity)
    else
      raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  defp unique!(registry, what) do
    if ask(registry, :kind) != :unique do
      raise ArgumentError, what
    end
  end

  ## Registration

  def register(registry, key, value) when is_atom(registry) do
    case ask(registry, {:register, key, self(), value}) do
      :ok -> {:ok, Process.whereis(registry)}
      error -> error
    end
  end

  def unregister(registry, key) when is_atom(registry), do: ask(registry, {:unregister, key, self()})

  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    pid = self()
    orders = for {n, _, ^pid, value} <- ask(registry, {:lookup, key}), Registry.Match.matches?(pattern, guards, value), do: n
    ask(registry, {:drop, orders})
  end

  def update_value(registry, key, callback) when is_atom(registry) and is_function(callback, 1) do
    unique!(registry, "Registry.update_value/3 is not supported for duplicate registries")
    pid = self()

    case ask(registry, {:lookup, key}) do
      [{_, _, ^pid, old}] ->
        new = callback.(old)
        ask(registry, {:replace, key, pid, new})
        {new, old}

      _ ->
        :error
    end
  end

  ## Questions

  def lookup(registry, key) when is_atom(registry) do
    for {_, _, pid, value} <- ask(registry, {:lookup, key}), Process.alive?(pid), do: {pid, value}
  end

  def dispatch(registry, key, mfa_or_fun, opts \\ [])

  def dispatch(registry, key, mfa_or_fun, _opts) when is_atom(registry) and is_function(mfa_or_fun, 1) do
    case lookup(registry, key) do
      [] -> :ok
      entries -> mfa_or_fun.(entries)
    end

    :ok
  end

  def dispatch(registry, key, {module, function, args}, opts) do
    dispatch(registry, key, &apply(module, function, [&1 | args]), opts)
  end

  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    for {_, key, ^pid, _} <- ask(registry, :all), do: key
  end

  def values(registry, key, pid) when is_atom(registry) do
    for {_, _, ^pid, value} <- ask(registry, {:lookup, key}), do: value
  end

  def match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    for {_, _, pid, value} <- ask(registry, {:lookup, key}), Registry.Match.matches?(pattern, guards, value), do: {pid, value}
  end

  def count(registry) when is_atom(registry), do: registry |> ask(:all) |> length()

  def count_match(registry, key, pattern, guards \\ []) when is_list(guards), do: registry |> match(key, pattern, guards) |> length()

  def select(registry, spec) when is_atom(registry) and is_list(spec) do
    entries = ask(registry, :all)
    Registry.Match.check!(spec)
    for {_, key, pid, value} <- entries, {:ok, result} <- [Registry.Match.run(spec, {key, pid, value})], do: result
  end

  def count_select(registry, spec) when is_atom(registry) and is_list(spec) do
    Registry.Match.check!(spec)
    entries = ask(registry, :all)
    Enum.count(entries, fn {_, key, pid, value} -> match?({:ok, true}, Registry.Match.run(spec, {key, pid, value})) end)
  end

  def meta(registry, key) when is_atom(registry), do: ask(registry, {:meta, key})
  def put_meta(registry, key, value) when is_atom(registry), do: ask(registry, {:put_meta, key, value})
  def delete_meta(registry, key) when is_atom(registry), do: ask(registry, {:delete_meta, key})

  ## {:via, Registry, {registry, key}}

  def whereis_name({registry, key}), do: whereis_name(registry, key)
  def whereis_name({registry, key, _value}), do: whereis_name(registry, key)

  defp whereis_name(registry, key) do
    unique!(registry, ":via is not supported for duplicate registries")

    case lookup(registry, key) do
      [{pid, _}] -> pid
      _ -> :undefined
    end
  end

  def register_name({registry, key}, pid), do: register_name(registry, key, nil, pid)
  def register_name({registry, key, value}, pid), do: register_name(registry, key, value, pid)

  defp register_name(registry, key, value, pid) when pid == self() do
    unique!(registry, ":via is not supported for duplicate registries")

    case register(registry, key, value) do
      {:ok, _} -> :yes
      {:error, _} -> :no
    end
  end

  def unregister_name({registry, key}), do: unregister(registry, key)
  def unregister_name({registry, key, _value}), do: unregister(registry, key)

  def send({registry, key}, msg), do: send_to(registry, key, msg, {registry, key})
  def send({registry, key, value}, msg), do: send_to(registry, key, msg, {registry, key, value})

  defp send_to(registry, key, msg, name) do
    case lookup(registry, key) do
      [{pid, _}] -> Kernel.send(pid, msg)
      _ -> :erlang.error(:badarg, [name, msg])
    end
  end
end

# Match specifications, as far as Registry takes them.
defmodule Registry.Match do
  @moduledoc false

  def check!(spec) do
    for part <- spec do
      case part do
        {{_, _, _}, guards, body} when is_list(guards) and is_list(body) ->
          :ok

        _ ->
          raise ArgumentError,
                "invalid match specification in Registry.select/2: #{inspect(spec)}"
      end
    end
  end

  def matches?(pattern, guards, value) do
    with {:ok, bound} <- match(pattern, value, %{}), do: passes?(guards, bound), else: (:error -> false)
  end

  # The first of the parts that matches gives the result.
  def run(spec, entry) do
    Enum.find_value(spec, :error, fn {pattern, guards, body} ->
      with {:ok, bound} <- match(pattern, entry, %{}),
           true <- passes?(guards, bound) do
        bound = Map.put(bound, :"$_", entry)
        {:ok, build(List.last(body), bound)}
      else
        _ -> nil
      end
    end)
  end

  defp match(:_, _, bound), do: {:ok, bound}

  defp match(pattern, value, bound) when is_atom(pattern) do
    cond do
      not variable?(pattern) -> same(pattern, value, bound)
      Map.has_key?(bound, pattern) -> same(bound[pattern], value, bound)
      true -> {:ok, Map.put(bound, pattern, value)}
    end
  end

  defp match(pattern, value, bound) when is_tuple(pattern) and is_tuple(value) and tuple_size(pattern) == tuple_size(value) do
    match_all(Tuple.to_list(pattern), Tuple.to_list(value), bound)
  end

  defp match([p | ps], [v | vs], bound) do
    with {:ok, bound} <- match(p, v, bound), do: match(ps, vs, bound)
  end

  defp match(pattern, value, bound) when is_map(pattern) and is_map(value) do
    Enum.reduce_while(pattern, {:ok, bound}, fn {k, p}, {:ok, bound} ->
      with {:ok, v} <- Map.fetch(value, k), {:ok, bound} <- match(p, v, bound) do
        {:cont, {:ok, bound}}
      else
        _ -> {:halt, :error}
      end
    end)
  end

  defp match(pattern, value, bound), do: same(pattern, value, bound)

  defp match_all([], [], bound), do: {:ok, bound}

  defp match_all([p | ps], [v | vs], bound) do
    with {:ok, bound} <- match(p, v, bound), do: match_all(ps, vs, bound)
  end

  defp same(a, b, bound), do: if(a === b, do: {:ok, bound}, else: :error)

  defp variable?(atom), do: Regex.match?(~r/^\$\d+$/, Atom.to_string(atom))

  defp passes?(guards, bound) do
    Enum.all?(guards, fn guard ->
      try do
        build(guard, bound) == true
      rescue
        _ -> false
      end
    end)
  end

  defp build(:"$$", bound) do
    for {key, value} <- Enum.sort_by(bound, fn {k, _} -> k end), key != :"$_", do: value
  end

  defp build(:"$_", bound), do: bound[:"$_"]
  defp build(atom, bound) when is_atom(atom), do: Map.get(bound, atom, atom)
  defp build({:const, value}, _), do: value
  defp build({tuple}, bound) when is_tuple(tuple), do: tuple |> Tuple.to_list() |> Enum.map(&build(&1, bound)) |> List.to_tuple()
  defp build([head | tail], bound), do: [build(head, bound) | build(tail, bound)]
  defp build(map, bound) when is_map(map) and not is_struct(map), do: Map.new(map, fn {k, v} -> {k, build(v, bound)} end)

  defp build(call, bound) when is_tuple(call) do
    [name | args] = Tuple.to_list(call)

    case {name, args} do
      {:andalso, list} -> Enum.all?(list, &build(&1, bound))
      {:orelse, list} -> Enum.any?(list, &build(&1, bound))
      {:and, [a, b]} -> build(a, bound) and build(b, bound)
      {:or, [a, b]} -> build(a, bound) or build(b, bound)
      {:not, [a]} -> not build(a, bound)
      {:"/=", [a, b]} -> build(a, bound) != build(b, bound)
      {:"=:=", [a, b]} -> build(a, bound) === build(b, bound)
      {:"=/=", [a, b]} -> build(a, bound) !== build(b, bound)
      {:"=<", [a, b]} -> build(a, bound) <= build(b, bound)
      {name, args} -> apply(:erlang, name, Enum.map(args, &build(&1, bound)))
    end
  end

  defp build(value, _), do: value
end
