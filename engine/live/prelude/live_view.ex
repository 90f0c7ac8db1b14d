# The structs of LiveView, and what they implement. Their functions are written
# in Go, in package live.

defmodule Phoenix.LiveView.Socket.AssignsNotInSocket do
  @moduledoc false
  defstruct [:__assigns__]

  defimpl Inspect do
    def inspect(_socket, _opts), do: "#Phoenix.LiveView.Socket.AssignsNotInSocket<>"
  end
end

defmodule Phoenix.LiveView.Socket do
  @moduledoc false
  @derive {Inspect,
           only: [:id, :endpoint, :router, :view, :parent_pid, :root_pid, :assigns, :transport_pid, :sticky?]}

  defstruct id: nil,
            endpoint: nil,
            view: nil,
            parent_pid: nil,
            root_pid: nil,
            router: nil,
            assigns: %{__changed__: %{}},
            private: %{live_temp: %{}},
            redirected: nil,
            host_uri: nil,
            transport_pid: nil,
            sticky?: false
end

defmodule Phoenix.LiveView.Lifecycle do
  @moduledoc false
  defstruct after_render: [],
            handle_async: [],
            handle_event: [],
            handle_info: [],
            handle_params: [],
            mount: []
end

defmodule Phoenix.LiveView.LiveStream do
  @moduledoc false
  defstruct name: nil, dom_id: nil, ref: nil, inserts: [], deletes: [], reset?: false, consumable?: false

  defimpl Enumerable do
    def count(stream), do: {:ok, length(stream.inserts)}

    def member?(_stream, _item), do: raise(RuntimeError, "not implemented")

    def slice(_stream), do: raise(RuntimeError, "not implemented")

    def reduce(%{consumable?: true} = stream, acc, fun) do
      step(latest(stream.inserts, [], %{}), acc, fun)
    end

    def reduce(stream, _acc, _fun) do
      raise ArgumentError, """
      streams can only be consumed directly by a for comprehension.
      If you are attempting to consume the stream ahead of time, such as with
      `Enum.with_index(@streams.#{stream.name})`, you need to place the relevant information
      within the stream items instead.
      """
    end

    defp step(_items, {:halt, acc}, _fun), do: {:halted, acc}
    defp step(items, {:suspend, acc}, fun), do: {:suspended, acc, &step(items, &1, fun)}
    defp step([], {:cont, acc}, _fun), do: {:done, acc}
    defp step([item | rest], {:cont, acc}, fun), do: step(rest, fun.(item, acc), fun)

    # Inserts are stored newest first; the newest of each id is kept.
    defp latest([], items, _seen), do: items

    defp latest([{id, _at, item, _limit, _update_only} | rest], items, seen) do
      if is_map_key(seen, id) do
        latest(rest, items, seen)
      else
        latest(rest, [{id, item} | items], Map.put(seen, id, true))
      end
    end
  end
end

defmodule Phoenix.LiveView.AsyncResult do
  @moduledoc false
  defstruct ok?: false, loading: nil, failed: nil, result: nil

  alias Phoenix.LiveView.AsyncResult

  def loading, do: %AsyncResult{loading: true}
  def loading(%AsyncResult{} = async), do: %{async | loading: true, failed: nil}
  def loading(state), do: %AsyncResult{loading: state, failed: nil}
  def loading(%AsyncResult{} = async, state), do: %{async | loading: state, failed: nil}

  def failed(%AsyncResult{} = async, reason), do: %{async | failed: reason, loading: nil}

  def ok(value), do: %AsyncResult{failed: nil, loading: nil, ok?: true, result: value}
  def ok(%AsyncResult{} = async, value), do: %{async | failed: nil, loading: nil, ok?: true, result: value}
end

defmodule Phoenix.LiveComponent.CID do
  @moduledoc false
  defstruct [:cid]

  defimpl Phoenix.HTML.Safe do
    def to_iodata(%{cid: cid}), do: Integer.to_string(cid)
  end

  defimpl String.Chars do
    def to_string(%{cid: cid}), do: Integer.to_string(cid)
  end
end

defmodule Phoenix.Socket.Message do
  @moduledoc false
  defstruct topic: nil, event: nil, payload: nil, ref: nil, join_ref: nil
end

defmodule Phoenix.Flash do
  @moduledoc false
  def get(%mod{}, key) when is_atom(key) or is_binary(key) do
    raise ArgumentError, """
    expected a map of flash data, but got a %#{inspect(mod)}{}

    Use the @flash assign set by the :fetch_flash plug instead:

        <%= Phoenix.Flash.get(@flash, :#{key}) %>
    """
  end

  def get(%{} = flash, key) when is_atom(key) or is_binary(key), do: Map.get(flash, to_string(key))
end

defmodule Phoenix.Naming do
  @moduledoc false
  def humanize(name) when is_atom(name), do: name |> Atom.to_string() |> humanize()

  def humanize(name) when is_binary(name) do
    name |> String.replace_suffix("_id", "") |> String.replace("_", " ") |> String.capitalize()
  end
end
