# The endpoint of a project: its plugs and its functions. What its sockets do,
# the server does.

defmodule Phoenix.Socket.Broadcast do
  @moduledoc false
  defstruct topic: nil, event: nil, payload: nil
end

defmodule Phoenix.Endpoint do
  @moduledoc false

  defmacro __using__(opts) do
    quote do
      use Plug.Builder
      import Phoenix.Endpoint.Macros
      @before_compile Phoenix.Endpoint
      @otp_app Keyword.get(unquote(opts), :otp_app)

      # A generated endpoint asks for this name.
      var!(code_reloading?) = false
      _ = var!(code_reloading?)

      def config(key, default \\ nil), do: Phoenix.Endpoint.Config.get(@otp_app, __MODULE__, key, default)

      def start_link(_opts \\ []), do: Supervisor.start_link([], strategy: :one_for_one, name: __MODULE__)
      def child_spec(opts), do: %{id: __MODULE__, start: {__MODULE__, :start_link, [opts]}, type: :supervisor}

      def config_change(_changed, _removed), do: :ok

      def init(opts), do: opts
      def call(conn, opts), do: plug_builder_call(conn, opts)

      def url, do: Plug.Conn.Native.base_url()
      def static_url, do: url()
      def host, do: URI.parse(url()).host
      def struct_url, do: URI.parse(url())
      def path(path), do: path
      def script_name, do: []
      def static_path(path), do: path
      def static_integrity(_path), do: nil
      def static_lookup(path), do: {path, nil}

      def subscribe(topic, opts \\ []), do: Phoenix.PubSub.subscribe(config(:pubsub_server), topic, opts)
      def unsubscribe(topic), do: Phoenix.PubSub.unsubscribe(config(:pubsub_server), topic)

      def broadcast(topic, event, payload),
        do: Phoenix.PubSub.broadcast(config(:pubsub_server), topic, %Phoenix.Socket.Broadcast{topic: topic, event: event, payload: payload})

      def broadcast_from(from, topic, event, payload),
        do: Phoenix.PubSub.broadcast_from(config(:pubsub_server), from, topic, %Phoenix.Socket.Broadcast{topic: topic, event: event, payload: payload})

      def broadcast!(topic, event, payload), do: broadcast(topic, event, payload)
      def broadcast_from!(from, topic, event, payload), do: broadcast_from(from, topic, event, payload)
      def local_broadcast(topic, event, payload), do: broadcast(topic, event, payload)
      def local_broadcast_from(from, topic, event, payload), do: broadcast_from(from, topic, event, payload)

      defoverridable init: 1, call: 2, child_spec: 1, start_link: 1
    end
  end

  defmacro __before_compile__(_env) do
    quote do
      defoverridable call: 2

      def call(conn, opts) do
        conn = %{conn | script_name: script_name(), secret_key_base: config(:secret_key_base)}
        conn |> Plug.Conn.put_private(:phoenix_endpoint, __MODULE__) |> super(opts)
      end
    end
  end
end

defmodule Phoenix.Endpoint.Config do
  @moduledoc false

  def get(app, endpoint, key, default) do
    case Keyword.fetch(Application.get_env(app, endpoint, []), key) do
      {:ok, value} -> value
      :error -> default || fallback(key, endpoint)
    end
  end

  # The names that a generated project has.
  defp fallback(:pubsub_server, endpoint) do
    case endpoint |> Module.split() |> hd() |> String.replace_suffix("Web", "") do
      "" -> Phoenix.PubSub
      name -> Module.concat(name, "PubSub")
    end
  end

  defp fallback(:secret_key_base, _endpoint), do: "kept by the server"
  defp fallback(:live_view, _endpoint), do: []
  defp fallback(_key, _endpoint), do: nil
end

defmodule Ecto.Association.NotLoaded do
  @moduledoc false
  defstruct [:__field__, :__owner__, :__cardinality__]

  defimpl Inspect do
    def inspect(%{__field__: field}, _opts), do: "#Ecto.Association.NotLoaded<association #{inspect(field)} is not loaded>"
  end
end
