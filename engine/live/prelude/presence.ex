# Phoenix.Presence on one node: a process for each module that uses it, which
# keeps who is where and tells the topics what changed.

defmodule Phoenix.Presence do
  @moduledoc false

  @callback init(state :: term) :: {:ok, term}
  @callback fetch(topic :: String.t(), presences :: map) :: map
  @callback handle_metas(topic :: String.t(), diff :: map, presences :: map, state :: term) :: {:ok, term}
  @optional_callbacks init: 1, fetch: 2, handle_metas: 4

  defmacro __using__(opts) do
    quote do
      @behaviour Phoenix.Presence
      @presence_opts unquote(opts)

      def fetch(_topic, presences), do: presences
      defoverridable fetch: 2

      def child_spec(opts) do
        %{
          id: __MODULE__,
          start: {Phoenix.Presence, :start_link, [__MODULE__, Keyword.merge(@presence_opts, opts)]},
          type: :supervisor
        }
      end

      def track(pid, topic, key, meta), do: Phoenix.Presence.call(__MODULE__, {:track, pid, topic, key, meta})
      def untrack(pid, topic, key), do: Phoenix.Presence.call(__MODULE__, {:untrack, pid, topic, key})
      def untrack(pid), do: Phoenix.Presence.call(__MODULE__, {:untrack, pid})
      def update(pid, topic, key, meta), do: Phoenix.Presence.call(__MODULE__, {:update, pid, topic, key, meta})
      def list(topic), do: Phoenix.Presence.list(__MODULE__, topic)
      def get_by_key(topic, key), do: Phoenix.Presence.get_by_key(__MODULE__, topic, key)
    end
  end

  def start_link(module, opts) do
    pubsub = opts[:pubsub_server] || raise "use Phoenix.Presence expects :pubsub_server to be given"
    GenServer.start_link(Phoenix.Presence.Server, {module, pubsub}, name: module)
  end

  def call(module, request), do: GenServer.call(module, request)

  def list(module, topic), do: module.fetch(topic, call(module, {:list, topic}))

  def get_by_key(module, topic, key) do
    case call(module, {:list, topic}) do
      %{^key => presence} -> module.fetch(topic, %{key => presence}) |> Map.get(key)
      %{} -> []
    end
  end
end

defmodule Phoenix.Presence.Server do
  @moduledoc false
  use GenServer

  alias Phoenix.Socket.Broadcast

  def init({module, pubsub}) do
    own =
      if function_exported?(module, :init, 1) do
        {:ok, own} = module.init(%{})
        own
      end

    {:ok, %{module: module, pubsub: pubsub, own: own, entries: [], monitors: %{}}}
  end

  # An entry is {topic, key, pid, meta}, the newest first.
  def handle_call({:track, pid, topic, key, meta}, _from, state) do
    if Enum.any?(state.entries, &match?({^topic, ^key, ^pid, _}, &1)) do
      {:reply, {:error, {:already_tracked, pid, topic, key}}, state}
    else
      ref = new_ref()
      entry = {topic, key, pid, Map.put(meta, :phx_ref, ref)}
      state = watch(state, pid)
      {:reply, {:ok, ref}, tell(%{state | entries: [entry | state.entries]}, [entry], [])}
    end
  end

  def handle_call({:untrack, pid, topic, key}, _from, state),
    do: {:reply, :ok, drop(state, &match?({^topic, ^key, ^pid, _}, &1))}

  def handle_call({:untrack, pid}, _from, state), do: {:reply, :ok, drop(state, &match?({_, _, ^pid, _}, &1))}

  def handle_call({:update, pid, topic, key, change}, _from, state) do
    case Enum.find(state.entries, &match?({^topic, ^key, ^pid, _}, &1)) do
      nil ->
        {:reply, {:error, :nopresence}, state}

      {_, _, _, meta} = old ->
        ref = new_ref()
        plain = Map.drop(meta, [:phx_ref, :phx_ref_prev])
        next = if is_function(change), do: change.(plain), else: change
        entry = {topic, key, pid, next |> Map.put(:phx_ref, ref) |> Map.put(:phx_ref_prev, meta.phx_ref)}
        state = %{state | entries: [entry | List.delete(state.entries, old)]}
        {:reply, {:ok, ref}, tell(state, [entry], [old])}
    end
  end

  def handle_call({:list, topic}, _from, state), do: {:reply, present(state, topic), state}

  def handle_info({:DOWN, _ref, :process, pid, _reason}, state) do
    state = %{state | monitors: Map.delete(state.monitors, pid)}
    {:noreply, drop(state, &match?({_, _, ^pid, _}, &1))}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp watch(state, pid) do
    monitors = Map.put_new_lazy(state.monitors, pid, fn -> Process.monitor(pid) end)
    %{state | monitors: monitors}
  end

  defp drop(state, leaves?) do
    {gone, entries} = Enum.split_with(state.entries, leaves?)
    tell(%{state | entries: entries}, [], gone)
  end

  defp present(state, topic), do: group(for {^topic, _, _, _} = entry <- state.entries, do: entry)

  defp group(entries) do
    entries
    |> Enum.reverse()
    |> Enum.reduce(%{}, fn {_, key, _, meta}, all ->
      Map.update(all, key, %{metas: [meta]}, fn %{metas: metas} -> %{metas: [meta | metas]} end)
    end)
  end

  defp tell(state, joined, left) do
    topics = Enum.uniq(for {topic, _, _, _} <- joined ++ left, do: topic)
    Enum.reduce(topics, state, &tell_topic(&2, &1, joined, left))
  end

  defp tell_topic(state, topic, joined, left) do
    of = fn entries -> group(for {^topic, _, _, _} = entry <- entries, do: entry) end
    diff = %{joins: state.module.fetch(topic, of.(joined)), leaves: state.module.fetch(topic, of.(left))}
    Phoenix.PubSub.broadcast(state.pubsub, topic, %Broadcast{topic: topic, event: "presence_diff", payload: diff})

    if function_exported?(state.module, :handle_metas, 4) do
      metas = Map.new(present(state, topic), fn {key, %{metas: metas}} -> {key, metas} end)
      {:ok, own} = state.module.handle_metas(topic, diff, metas, state.own)
      %{state | own: own}
    else
      state
    end
  end

  defp new_ref, do: "F" <> Base.url_encode64(<<System.unique_integer([:positive])::64>>, padding: false)
end
