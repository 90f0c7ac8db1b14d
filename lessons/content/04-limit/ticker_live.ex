defmodule TickerLive do
  use Phoenix.LiveView

  @impl true
  def mount(_params, _session, socket) do
    {:ok,
     socket
     |> assign(:next, 6)
     |> stream(:lines, Enum.map(1..5, &line/1))}
  end

  @impl true
  def handle_event("add", %{"at" => at, "limit" => limit}, socket) do
    {:noreply, add(socket, at: String.to_integer(at), limit: String.to_integer(limit))}
  end

  def handle_event("add", %{"at" => at}, socket) do
    {:noreply, add(socket, at: String.to_integer(at))}
  end

  def handle_event("start_over", _params, socket) do
    {:noreply,
     socket
     |> assign(:next, 6)
     |> stream(:lines, Enum.map(1..5, &line/1), reset: true)}
  end

  defp add(socket, opts) do
    socket
    |> stream_insert(:lines, line(socket.assigns.next), opts)
    |> update(:next, &(&1 + 1))
  end

  defp line(n), do: %{id: n, text: "line #{n}"}

  @impl true
  def render(assigns) do
    ~H"""
    <div class="controls">
      <button phx-click="add" phx-value-at="-1" phx-value-limit="-5">at −1, limit −5</button>
      <button phx-click="add" phx-value-at="0" phx-value-limit="5">at 0, limit 5</button>
      <button phx-click="add" phx-value-at="-1" phx-value-limit="5">at −1, limit 5</button>
      <button phx-click="add" phx-value-at="0" phx-value-limit="-5">at 0, limit −5</button>
      <button phx-click="add" phx-value-at="-1">no limit</button>
      <button phx-click="start_over">start over</button>
    </div>
    <ol id="lines" class="lines" phx-update="stream">
      <li :for={{dom_id, line} <- @streams.lines} id={dom_id}>{line.text}</li>
    </ol>
    """
  end
end
