# A stream that a click and a message insert into.
defmodule CountLive do
  use Phoenix.LiveView

  def mount(_params, _session, socket) do
    {:ok, stream(socket, :numbers, [%{id: 1}])}
  end

  def handle_event("more", _params, socket) do
    send(self(), :more)
    {:noreply, stream_insert(socket, :numbers, %{id: 2})}
  end

  def handle_info(:more, socket), do: {:noreply, stream_insert(socket, :numbers, %{id: 3})}

  def render(assigns) do
    ~H"""
    <ul id="numbers" phx-update="stream">
      <li :for={{id, number} <- @streams.numbers} id={id}>{number.id}</li>
    </ul>
    <button phx-click="more">more</button>
    """
  end
end
