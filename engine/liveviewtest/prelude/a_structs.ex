# The structs that tests hold in their hands.

defmodule Phoenix.LiveViewTest.View do
  @moduledoc false
  @derive {Inspect, only: [:id, :module, :pid, :endpoint]}
  defstruct [:id, :module, :pid, :proxy, :endpoint, :target]
end

defmodule Phoenix.LiveViewTest.Element do
  @moduledoc false
  @derive {Inspect, only: [:selector, :text_filter]}
  defstruct [:proxy, :selector, :text_filter, :event, :form_data, meta: %{}]
end
