# DynamicSupervisor, PartitionSupervisor and Task.Supervisor, as servers of their own.

defmodule DynamicSupervisor do
  @moduledoc false
  use GenServer

  @callback init(init_arg :: term) :: {:ok, map} | :ignore

  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour DynamicSupervisor

      def child_spec(arg) do
        default = %{id: __MODULE__, start: {__MODULE__, :start_link, [arg]}, type: :supervisor}
        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  def child_spec(options) when is_list(options) do
    id = Keyword.get(options, :name, DynamicSupervisor)
    %{id: id, start: {DynamicSupervisor, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) when is_list(options) do
    {start, flags} = Keyword.split(options, [:name, :timeout, :debug, :spawn_opt, :hibernate_after])
    GenServer.start_link(DynamicSupervisor, {:flags, flags}, start)
  end

  def start_link(module, arg, opts \\ []), do: GenServer.start_link(DynamicSupervisor, {module, arg}, opts)

  def init(options) when is_list(options) do
    {:ok,
     %{
       strategy: Keyword.get(options, :strategy, :one_for_one),
       intensity: Keyword.get(options, :max_restarts, 3),
       period: Keyword.get(options, :max_seconds, 5),
       max_children: Keyword.get(options, :max_children, :infinity),
       extra_arguments: Keyword.get(options, :extra_arguments, [])
     }}
  end

  def init({:flags, options}), do: options |> init() |> begin()

  def init({module, arg}) do
    case module.init(arg) do
      {:ok, flags} when is_map(flags) -> begin({:ok, flags})
      :ignore -> :ignore
      other -> {:stop, {:bad_return, {module, :init, other}}}
    end
  end

  defp begin({:ok, flags}) do
    Process.flag(:trap_exit, true)

    case check(flags) do
      :ok -> {:ok, Map.merge(%{children: %{}, order: [], restarts: []}, flags)}
      {:error, reason} -> {:stop, {:supervisor_data, reason}}
    end
  end

  defp check(%{strategy: strategy}) when strategy != :one_for_one, do: {:error, {:invalid_strategy, strategy}}
  defp check(%{intensity: n}) when not (is_integer(n) and n >= 0), do: {:error, {:invalid_intensity, n}}
  defp check(%{period: n}) when not (is_integer(n) and n > 0), do: {:error, {:invalid_period, n}}
  defp check(%{max_children: n}) when n != :infinity and not (is_integer(n) and n >= 0), do: {:error, {:invalid_max_children, n}}
  defp check(%{extra_arguments: l}) when not is_list(l), do: {:error, {:invalid_extra_arguments, l}}
  defp check(_), do: :ok

  def start_child(supervisor, {_, _, _, _, _, _} = spec), do: validated(supervisor, spec)
  def start_child(supervisor, spec), do: validated(supervisor, Supervisor.child_spec(spec, []))

  defp validated(supervisor, spec) do
    case validate(spec) do
      {:ok, child} -> GenServer.call(supervisor, {:start_child, child}, :infinity)
      error -> {:error, error}
    end
  end

  defp validate({_id, start, restart, shutdown, type, modules}) do
    validate(%{start: start, restart: restart, shutdown: shutdown, type: type, modules: modules})
  end

  defp validate(%{start: {mod, fun, args} = start} = spec) when is_atom(mod) and is_atom(fun) and is_list(args) do
    type = Map.get(spec, :type, :worker)
    restart = Map.get(spec, :restart, :permanent)
    shutdown = Map.get(spec, :shutdown, if(type == :worker, do: 5_000, else: :infinity))

    cond do
      type not in [:worker, :supervisor] -> {:invalid_child_type, type}
      restart not in [:permanent, :transient, :temporary] -> {:invalid_restart_type, restart}
      not (shutdown in [:infinity, :brutal_kill] or (is_integer(shutdown) and shutdown >= 0)) -> {:invalid_shutdown, shutdown}
      true -> {:ok, {start, restart, shutdown, type, Map.get(spec, :modules, [mod])}}
    end
  end

  defp validate(%{start: start}), do: {:invalid_mfa, start}
  defp validate(other), do: {:invalid_child_spec, other}

  def terminate_child(supervisor, pid) when is_pid(pid), do: GenServer.call(supervisor, {:terminate_child, pid}, :infinity)
  def which_children(supervisor), do: GenServer.call(supervisor, :which_children, :infinity)
  def count_children(supervisor), do: GenServer.call(supervisor, :count_children, :infinity)
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: GenServer.stop(supervisor, reason, timeout)

  def handle_call({:start_child, child}, _from, state) do
    if state.max_children != :infinity and map_size(state.children) >= state.max_children do
      {:reply, {:error, :max_children}, state}
    else
      {{mod, fun, args}, restart, shutdown, type, modules} = child
      args = state.extra_arguments ++ args
      child = {{mod, fun, args}, restart, shutdown, type, modules}

      case start(mod, fun, args) do
        {:ok, pid} -> {:reply, {:ok, pid}, put_child(state, pid, child)}
        {:ok, pid, info} -> {:reply, {:ok, pid, info}, put_child(state, pid, child)}
        other -> {:reply, other, state}
      end
    end
  end

  def handle_call({:terminate_child, pid}, _from, %{children: children} = state) do
    case children do
      %{^pid => child} ->
        shut_down([{pid, child}])
        {:reply, :ok, drop_child(state, pid)}

      %{} ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call(:which_children, _from, state) do
    list =
      for pid <- Enum.reverse(state.order), {_, _, _, type, modules} = state.children[pid] do
        {:undefined, if(is_pid(pid), do: pid, else: :restarting), type, modules}
      end

    {:reply, list, state}
  end

  def handle_call(:count_children, _from, %{children: children} = state) do
    types = Enum.map(children, fn {_, {_, _, _, type, _}} -> type end)

    {:reply,
     %{
       specs: map_size(children),
       active: Enum.count(children, fn {pid, _} -> is_pid(pid) end),
       supervisors: Enum.count(types, &(&1 == :supervisor)),
       workers: Enum.count(types, &(&1 == :worker))
     }, state}
  end

  def handle_cast(_, state), do: {:noreply, state}

  def handle_info({:EXIT, pid, reason}, %{children: children} = state) do
    case children do
      %{^pid => child} -> ended(pid, child, reason, state)
      %{} -> {:noreply, state}
    end
  end

  def handle_info({:restart, key}, %{children: children} = state) do
    case children do
      %{^key => child} -> restart(key, child, state)
      %{} -> {:noreply, state}
    end
  end

  def handle_info(_, state), do: {:noreply, state}

  def terminate(_, state), do: shut_down(for pid <- state.order, is_pid(pid), do: {pid, state.children[pid]})

  defp start(mod, fun, args) do
    case apply(mod, fun, args) do
      {:ok, pid} when is_pid(pid) -> {:ok, pid}
      {:ok, pid, info} when is_pid(pid) -> {:ok, pid, info}
      :ignore -> :ignore
      {:error, reason} -> {:error, reason}
      other -> {:error, other}
    end
  catch
    kind, reason -> {:error, exit_reason(kind, reason, __STACKTRACE__)}
  end

  defp exit_reason(:exit, reason, _), do: reason
  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  defp put_child(state, pid, child) do
    # A temporary child is not started anew, so that its arguments need not be kept.
    child = if elem(child, 1) == :temporary, do: put_elem(child, 0, :undefined), else: child
    %{state | children: Map.put(state.children, pid, child), order: [pid | state.order]}
  end

  defp drop_child(state, pid), do: %{state | children: Map.delete(state.children, pid), order: List.delete(state.order, pid)}

  defp ended(pid, {_, :permanent, _, _, _} = child, _reason, state), do: restart(pid, child, state)
  defp ended(pid, {_, _, _, _, _}, :normal, state), do: {:noreply, drop_child(state, pid)}
  defp ended(pid, {_, _, _, _, _}, :shutdown, state), do: {:noreply, drop_child(state, pid)}
  defp ended(pid, {_, _, _, _, _}, {:shutdown, _}, state), do: {:noreply, drop_child(state, pid)}
  defp ended(pid, {_, :transient, _, _, _} = child, _reason, state), do: restart(pid, child, state)
  defp ended(pid, {_, :temporary, _, _, _}, _reason, state), do: {:noreply, drop_child(state, pid)}

  defp restart(key, {{mod, fun, args}, _, _, _, _} = child, state) do
    now = System.monotonic_time(:millisecond)
    restarts = [now | Enum.filter(state.restarts, &(now - &1 <= state.period * 1000))]
    state = %{state | restarts: restarts}

    if length(restarts) > state.intensity do
      {:stop, :shutdown, drop_child(state, key)}
    else
      case start(mod, fun, args) do
        {:ok, pid} -> {:noreply, replace(state, key, pid, child)}
        {:ok, pid, _} -> {:noreply, replace(state, key, pid, child)}
        :ignore -> {:noreply, drop_child(state, key)}
        {:error, _} -> retry(state, key, child)
      end
    end
  end

  defp retry(state, key, child) do
    again = {:restarting, make_ref()}
    send(self(), {:restart, again})
    {:noreply, replace(state, key, again, child)}
  end

  defp replace(state, old, new, child) do
    order = Enum.map(state.order, &if(&1 == old, do: new, else: &1))
    %{state | children: state.children |> Map.delete(old) |> Map.put(new, child), order: order}
  end

  defp shut_down(children) do
    watched =
      for {pid, {_, _, shutdown, _, _}} <- children do
        ref = Process.monitor(pid)
        Process.exit(pid, if(shutdown == :brutal_kill, do: :kill, else: :shutdown))
        {pid, ref, shutdown}
      end

    for {pid, ref, shutdown} <- watched do
      receive do
        {:DOWN, ^ref, :process, ^pid, _} -> :ok
      after
        if(shutdown == :brutal_kill, do: :infinity, else: shutdown) ->
          Process.exit(pid, :kill)

          receive do
            {:DOWN, ^ref, :process, ^pid, _} -> :ok
          end
      end

      receive do
        {:EXIT, ^pid, _} -> :ok
      after
        0 -> :ok
      end
    end

    :ok
  end
end

defmodule PartitionSupervisor do
  @moduledoc false

  def child_spec(opts) when is_list(opts) do
    id = Keyword.get(opts, :name, PartitionSupervisor)
    %{id: if(id == PartitionSupervisor, do: PartitionSupervisor, else: id), start: {PartitionSupervisor, :start_link, [opts]}, type: :supervisor}
  end

  def start_link(opts) do
    name = opts[:name]

    unless name do
      raise ArgumentError, "the :name option must be given to PartitionSupervisor"
    end

    {child_spec, opts} = Keyword.pop(opts, :child_spec)

    unless child_spec do
      raise ArgumentError, "the :child_spec option must be given to PartitionSupervisor"
    end

    {partitions, opts} = Keyword.pop(opts, :partitions, System.schedulers_online())

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "the :partitions option must be a positive integer, got: #{inspect(partitions)}"
    end

    {with_arguments, opts} = Keyword.pop(opts, :with_arguments, fn args, _partition -> args end)

    unless is_function(with_arguments, 2) do
      raise ArgumentError,
            "the :with_arguments option must be a function that receives two arguments, the current call arguments and the partition, got: #{inspect(with_arguments)}"
    end

    %{start: {mod, fun, args}} = map = Supervisor.child_spec(child_spec, [])
    modules = map[:modules] || [mod]

    children =
      for partition <- 0..(partitions - 1) do
        args = with_arguments.(args, partition)

        unless is_list(args) do
          raise "the call to the function in :with_arguments must return a list, got: #{inspect(args)}"
        end

        Map.merge(map, %{id: partition, start: {PartitionSupervisor, :start_child, [mod, fun, args, name, partition]}, modules: modules})
      end

    {init, start} = Keyword.split(opts, [:strategy, :max_seconds, :max_restarts])
    Supervisor.start_link(children, Keyword.merge([strategy: :one_for_one], init) ++ start)
  end

  def start_child(mod, fun, args, _name, _partition), do: apply(mod, fun, args)

  def partitions(name) do
    name |> children() |> length()
  end

  def which_children(name), do: children(name)
  def count_children(supervisor), do: Supervisor.count_children(supervisor)
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: Supervisor.stop(supervisor, reason, timeout)

  defp children(name), do: name |> Supervisor.which_children() |> Enum.sort_by(&elem(&1, 0))

  def whereis_name({name, key}) do
    list = children(name)
    index = if is_integer(key), do: rem(abs(key), length(list)), else: :erlang.phash2(key, length(list))

    case Enum.at(list, index) do
      {_, pid, _, _} when is_pid(pid) -> pid
      _ -> :undefined
    end
  end

  def register_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on registration")
  def unregister_name(_), do: raise("{:via, PartitionSupervisor, _} cannot be given on unregistration")

  def send(name_key, msg) do
    case whereis_name(name_key) do
      :undefined -> :erlang.error(:badarg, [name_key, msg])
      pid -> Kernel.send(pid, msg)
    end
  end
end

defmodule Task.Supervisor do
  @moduledoc false

  def child_spec(opts) when is_list(opts) do
    id = Keyword.get(opts, :name, Task.Supervisor)
    %{id: id, start: {Task.Supervisor, :start_link, [opts]}, type: :supervisor}
  end

  def start_link(options \\ []), do: DynamicSupervisor.start_link([strategy: :one_for_one] ++ options)

  def async(supervisor, fun, options \\ [])
  def async(supervisor, fun, options) when is_function(fun, 0), do: start_task(supervisor, true, fun, options)

  def async(supervisor, module, fun, args, options \\ []) when is_atom(fun),
    do: start_task(supervisor, true, {module, fun, args}, options)

  def async_nolink(supervisor, fun, options \\ [])
  def async_nolink(supervisor, fun, options) when is_function(fun, 0), do: start_task(supervisor, false, fun, options)

  def async_nolink(supervisor, module, fun, args, options \\ []) when is_atom(fun),
    do: start_task(supervisor, false, {module, fun, args}, options)

  defp start_task(supervisor, link?, work, options) do
    owner = self()
    callers = [owner | Process.get(:"$callers") || []]
    shutdown = Keyword.get(options, :shutdown, 5000)
    child = %{id: Task, start: {__MODULE__, :__reply__, [owner, callers, work]}, restart: :temporary, shutdown: shutdown}

    case DynamicSupervisor.start_child(supervisor, child) do
      {:ok, pid} ->
        if link?, do: Process.link(pid)
        ref = Process.monitor(pid)
        send(pid, {owner, ref})
        %Task{pid: pid, ref: ref, owner: owner, mfa: mfa(work)}

      {:error, :max_children} ->
        raise """
        reached the maximum number of tasks for this task supervisor. The maximum number of tasks \
        that are allowed to run at the same time under this supervisor can be configured with the \
        :max_children option passed to Task.Supervisor.start_link/1
        """
    end
  end

  defp mfa({module, fun, args}), do: {module, fun, length(args)}
  defp mfa(fun), do: {:erlang, :apply, [fun, []]} |> put_elem(2, 2)

  def __reply__(owner, callers, work) do
    Task.start_link(fn ->
      Process.put(:"$callers", callers)
      watch = Process.monitor(owner)

      receive do
        {^owner, ref} ->
          Process.demonitor(watch, [:flush])
          send(owner, {ref, run(work)})

        {:DOWN, ^watch, _, _, reason} ->
          exit({:shutdown, reason})
      end
    end)
  end

  defp run({module, fun, args}), do: apply(module, fun, args)
  defp run(fun), do: fun.()

  def start_child(supervisor, fun, options \\ [])
  def start_child(supervisor, fun, options) when is_function(fun, 0), do: start_loose(supervisor, fun, options)
  def start_child(supervisor, module, fun, args, options \\ []) when is_atom(fun), do: start_loose(supervisor, {module, fun, args}, options)

  defp start_loose(supervisor, work, options) do
    callers = [self() | Process.get(:"$callers") || []]

    DynamicSupervisor.start_child(supervisor, %{
      id: Task,
      start: {__MODULE__, :__loose__, [callers, work]},
      restart: Keyword.get(options, :restart, :temporary),
      shutdown: Keyword.get(options, :shutdown, 5000)
    })
  end

  def __loose__(callers, work) do
    Task.start_link(fn ->
      Process.put(:"$callers", callers)
      run(work)
    end)
  end

  def async_stream(supervisor, enumerable, fun, options \\ [])
  def async_stream(supervisor, enumerable, fun, options) when is_function(fun, 1), do: stream(supervisor, enumerable, fun, options, true)

  def async_stream(supervisor, enumerable, module, function, args, options \\ []),
    do: stream(supervisor, enumerable, &apply(module, function, [&1 | args]), options, true)

  def async_stream_nolink(supervisor, enumerable, fun, options \\ [])
  def async_stream_nolink(supervisor, enumerable, fun, options) when is_function(fun, 1), do: stream(supervisor, enumerable, fun, options, false)

  def async_stream_nolink(supervisor, enumerable, module, function, args, options \\ []),
    do: stream(supervisor, enumerable, &apply(module, function, [&1 | args]), options, false)

  # The tasks that run at once are those of one chunk.
  defp stream(supervisor, enumerable, fun, options, link?) do
    at_once = Keyword.get(options, :max_concurrency, System.schedulers_online())
    timeout = Keyword.get(options, :timeout, 5000)
    on_timeout = Keyword.get(options, :on_timeout, :exit)
    zip? = Keyword.get(options, :zip_input_on_exit, false)

    enumerable
    |> Stream.chunk_every(at_once)
    |> Stream.flat_map(fn chunk ->
      tasks = for input <- chunk, do: {input, start_task(supervisor, link?, fn -> fun.(input) end, options)}

      for {input, task} <- tasks do
        case Task.yield(task, timeout) || Task.shutdown(task, :brutal_kill) do
          {:ok, value} -> {:ok, value}
          {:exit, reason} -> {:exit, if(zip?, do: {input, reason}, else: reason)}
          nil when on_timeout == :kill_task -> {:exit, if(zip?, do: {input, :timeout}, else: :timeout)}
          nil -> exit({:timeout, {Task.Supervised, :stream, [timeout]}})
        end
      end
    end)
  end

  def children(supervisor) do
    for {_, pid, _, _} <- DynamicSupervisor.which_children(supervisor), is_pid(pid), do: pid
  end

  def terminate_child(supervisor, pid), do: DynamicSupervisor.terminate_child(supervisor, pid)
end
