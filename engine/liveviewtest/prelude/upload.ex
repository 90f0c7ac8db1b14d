# Files that a test sends. Each file_input/4 has a process that stands for the
# input: it knows the files and how far each has come.

defmodule Phoenix.LiveViewTest.Upload do
  @moduledoc false
  alias Phoenix.LiveViewTest.{Element, Upload, View}

  @derive {Inspect, only: [:selector, :entries]}
  defstruct pid: nil, view: nil, element: nil, ref: nil, selector: nil, config: %{}, entries: [], cid: nil

  def new(pid, %View{} = view, form, name, entries, cid) do
    %Upload{
      pid: pid,
      view: view,
      element: %Element{proxy: view.proxy, selector: ~s(#{form} input[type="file"][name="#{name}"])},
      entries: Enum.map(entries, &entry/1),
      cid: cid
    }
  end

  defp entry(%{} = given) do
    name = Map.get(given, :name) || raise ArgumentError, "a :name of the entry filename is required."
    content = Map.get(given, :content) || raise ArgumentError, "the :content of the binary entry file data is required."

    %{
      "name" => name,
      "content" => content,
      "last_modified" => Map.get(given, :last_modified),
      "relative_path" => Map.get(given, :relative_path),
      "ref" => to_string(System.unique_integer([:positive])),
      "size" => given[:size] || byte_size(content),
      "type" => given[:type] || MIME.from_path(name)
    }
  end
end

defmodule Phoenix.LiveViewTest.UploadClient do
  @moduledoc false
  use GenServer

  require Logger
  alias Phoenix.LiveViewTest.{ClientProxy, Upload}

  # The state: cid, and the entries by name. An entry that may be sent is a map,
  # one that may not is {:error, reason}. Its channel is nil for external uploads.

  def child_spec(opts), do: %{id: make_ref(), start: {__MODULE__, :start_link, [opts]}, restart: :temporary}

  def start_link(opts), do: GenServer.start_link(__MODULE__, opts)

  def fetch_allow_acknowledged(%Upload{pid: pid}, name), do: GenServer.call(pid, {:acknowledged, name})

  def acknowledge(%Upload{pid: pid, entries: entries}, name, tokens, errors),
    do: GenServer.call(pid, {:acknowledge, name, entries, tokens, errors})

  def channel_pids(%Upload{pid: pid}), do: GenServer.call(pid, :channel_pids)

  def simulate_attacker_chunk(%Upload{pid: pid}, name, chunk), do: GenServer.call(pid, {:attack, name, chunk})

  def chunk(%Upload{pid: pid, element: element}, name, percent, proxy) do
    GenServer.call(pid, {:chunk, name, percent, proxy, element})
  catch
    :exit, {{:shutdown, :closed}, _} -> {:ok, :closed}
    :exit, {{:shutdown, {:redirect, opts}}, _} -> {:error, {:redirect, opts}}
    :exit, {{:shutdown, {:live_redirect, opts}}, _} -> {:error, {:live_redirect, opts}}
  end

  @impl true
  def init(opts), do: {:ok, %{cid: opts[:cid], external: opts[:external], entries: %{}}}

  @impl true
  def handle_call({:acknowledged, name}, _from, state) do
    reply =
      case state.entries do
        %{^name => {:error, reason}} -> {:error, reason}
        %{^name => entry} -> {:ok, entry}
        %{} -> {:error, :nopreflight}
      end

    {:reply, reply, state}
  end

  def handle_call({:acknowledge, name, entries, tokens, errors}, _from, state) do
    state =
      Enum.reduce(entries, state, fn %{"ref" => ref, "name" => name} = entry, state ->
        case tokens do
          %{^ref => token} -> put_in(state.entries[name], begin(entry, token, state.external))
          %{} -> put_in(state.entries[name], {:error, Map.get(errors, ref, :not_allowed)})
        end
      end)

    case fetch!(state, name) do
      {:error, reason} -> {:reply, {:error, reason}, state}
      %{} -> {:reply, :ok, state}
    end
  end

  def handle_call(:channel_pids, _from, state) do
    {:reply, for({name, %{channel: pid}} when pid != nil <- state.entries, into: %{}, do: {name, pid}), state}
  end

  def handle_call({:attack, name, chunk}, _from, state) do
    Process.flag(:trap_exit, true)
    {:stop, :normal, ClientProxy.push_chunk(fetch!(state, name).channel, chunk), state}
  end

  def handle_call({:chunk, name, percent, proxy, element}, from, state) do
    case fetch!(state, name) do
      %{percent: sent} when sent >= 100 -> {:noreply, state}
      entry -> {:noreply, put_in(state.entries[name].percent, send_part(state, from, entry, percent, proxy, element))}
    end
  end

  @impl true
  def handle_info({:DOWN, _ref, :process, pid, reason}, state) do
    case Enum.find(state.entries, &match?({_name, %{channel: ^pid}}, &1)) do
      nil ->
        {:noreply, state}

      {name, _entry} ->
        state = %{state | entries: Map.delete(state.entries, name)}
        left? = Enum.any?(state.entries, &match?({_name, %{channel: pid}} when is_pid(pid), &1))
        if left?, do: {:noreply, state}, else: {:stop, reason, state}
    end
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp begin(%{"name" => name, "content" => content, "ref" => ref, "type" => type}, token, external) do
    entry = %{name: name, content: content, size: byte_size(content), type: type, ref: ref, token: token, percent: 0, channel: nil}

    case if(external, do: {:ok, nil}, else: ClientProxy.join_upload(token)) do
      {:ok, channel} ->
        if channel, do: Process.monitor(channel)
        %{entry | channel: channel}

      {:error, reason} ->
        {:error, reason}
    end
  end

  # Sends the next part of a file, and returns how many percent of it were sent.
  defp send_part(state, from, entry, percent, proxy, element) when percent in 0..100 do
    {_, start} = boundary(entry.size, entry.percent)
    {reached, stop} = boundary(entry.size, entry.percent + percent)

    if reached != entry.percent + percent do
      Logger.warning("Filesize cannot be chunked to #{percent}%. #{reached - entry.percent}% will be uploaded.")
    end

    now = trunc(stop / entry.size * 100)

    case push(entry, binary_part(entry.content, start, stop - start)) do
      {:ok, _} -> report(proxy, from, element, entry.ref, now, state.cid)
      {:error, %{reason: :writer_error}} -> :ok
      {:error, _} -> report(proxy, from, element, entry.ref, %{"error" => "failure"}, state.cid)
    end

    now
  end

  defp push(%{channel: nil}, _part), do: {:ok, %{}}
  defp push(%{channel: channel}, part), do: ClientProxy.push_chunk(channel, part)

  defp report(proxy, from, element, ref, progress, cid),
    do: GenServer.call(proxy, {:upload_progress, from, element, ref, progress, cid})

  # How many bytes are so many percent of a file, and how many percent that is:
  # a small file has not as many bytes as there are percents.
  defp boundary(_size, 0), do: {0, 0}
  defp boundary(size, 100), do: {100, size}

  defp boundary(size, percent) when percent in 1..99 do
    bytes = ceil(size * percent / 100)
    {Enum.find(100..percent//-1, &(ceil(size * &1 / 100) == bytes)), bytes}
  end

  defp fetch!(state, name) do
    case state.entries do
      %{^name => entry} -> entry
      %{} -> raise "no file input with name \"#{name}\" found in #{inspect(state.entries)}"
    end
  end
end
