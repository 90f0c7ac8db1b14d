defmodule ShelfWeb.Telemetry do
  use Supervisor
  import Telemetry.Metrics

  def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)

  @impl true
  def init(_arg) do
    Supervisor.init([{:telemetry_poller, measurements: [], period: 10_000}], strategy: :one_for_one)
  end

  def metrics, do: [summary("phoenix.endpoint.stop.duration", unit: {:native, :millisecond})]
end
