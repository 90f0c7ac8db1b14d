# Events and who is told of them, as the library telemetry has it. The handlers
# are the node's.

defmodule :telemetry do
  require Logger

  def attach(id, event, fun, config), do: attach_many(id, [event], fun, config)

  def attach_many(id, events, fun, config) when is_function(fun, 4) do
    check_names(events)

    if Function.info(fun, :type) == {:type, :local} do
      Logger.info("""
      The function passed as a handler with ID #{inspect(id)} is a local function.
      This means that it is either an anonymous function or a capture of a function without a module specified. That may cause a performance penalty when calling that handler. For more details see the note in `telemetry:attach/4` documentation.

      https://hexdocs.pm/telemetry/telemetry.html#attach/4\
      """)
    end

    if Telemetry.Handlers.attach(id, events, fun, config), do: :ok, else: {:error, :already_exists}
  end

  def detach(id) do
    if Telemetry.Handlers.detach(id), do: :ok, else: {:error, :not_found}
  end

  def persist, do: :ok

  def list_handlers(prefix) do
    check_prefix(prefix)

    for {id, event, fun, config} <- Telemetry.Handlers.below(prefix) do
      %{id: id, event_name: event, function: fun, config: config}
    end
  end

  def execute(event, measurements), do: execute(event, measurements, %{})

  def execute(event, value, metadata) when is_number(value) do
    Logger.warning("Using execute/3 with a single event value is deprecated. Use a measurement map instead.")
    execute(event, %{value: value}, metadata)
  end

  def execute([_ | _] = event, measurements, metadata) when is_map(measurements) and is_map(metadata) do
    Enum.each(Telemetry.Handlers.of(event), &call(&1, event, measurements, metadata))
  end

  defp call({id, fun, config}, event, measurements, metadata) do
    fun.(event, measurements, metadata, config)
  catch
    kind, reason ->
      stack = __STACKTRACE__
      detach(id)

      failed = %{event_name: event, handler_id: id, handler_config: config, kind: kind, reason: reason, stacktrace: stack}
      now = %{monotonic_time: System.monotonic_time(), system_time: System.system_time()}
      execute([:telemetry, :handler, :failure], now, failed)

      Logger.error(
        "Handler #{inspect(id)} has failed and has been detached. " <>
          "Class=#{inspect(kind)}\nReason=#{inspect(reason)}\nStacktrace=#{inspect(stack)}\n"
      )
  end

  def span(prefix, metadata, fun) do
    started = System.monotonic_time()
    context = make_ref()
    execute(prefix ++ [:start], %{monotonic_time: started, system_time: System.system_time()}, with_context(metadata, context))

    try do
      fun.()
    catch
      kind, reason ->
        stack = __STACKTRACE__
        failed = Map.merge(metadata, %{kind: kind, reason: reason, stacktrace: stack})
        execute(prefix ++ [:exception], since(started), with_context(failed, context))
        :erlang.raise(kind, reason, stack)
    else
      {result, metadata} ->
        execute(prefix ++ [:stop], since(started), with_context(metadata, context))
        result

      {result, more, metadata} ->
        execute(prefix ++ [:stop], Map.merge(more, since(started)), with_context(metadata, context))
        result
    end
  end

  defp since(started) do
    now = System.monotonic_time()
    %{duration: now - started, monotonic_time: now}
  end

  defp with_context(%{telemetry_span_context: _} = metadata, _context), do: metadata
  defp with_context(metadata, context), do: Map.put(metadata, :telemetry_span_context, context)

  defp check_names(events) when is_list(events), do: Enum.each(events, &check_name/1)
  defp check_names(events), do: :erlang.error(:badarg, [events])

  defp check_name([_ | _] = name), do: check_prefix(name)
  defp check_name(name), do: :erlang.error(:badarg, [name])

  defp check_prefix(name) do
    unless is_list(name) and Enum.all?(name, &is_atom/1), do: :erlang.error(:badarg, [name])
    :ok
  end
end

defmodule :telemetry_test do
  # Tells a process of events, and returns what its messages are known by.
  def attach_event_handlers(to, events) when is_pid(to) and is_list(events) do
    ref = make_ref()
    :telemetry.attach_many(ref, events, &:telemetry_test.handle_event/4, %{dest_pid: to, ref: ref})
    ref
  end

  def handle_event(event, measurements, metadata, %{dest_pid: to, ref: ref}) do
    send(to, {event, ref, measurements, metadata})
  end
end
