# What routers stand on that is written in Elixir: their helpers, and the events
# of a dispatch.

defmodule Phoenix.Router.Dispatch do
  @moduledoc false

  # reached tells the conn that came out of the pipelines, nil before that.
  def run(metadata, call, reached) do
    started = System.monotonic_time()
    :telemetry.execute([:phoenix, :router_dispatch, :start], %{system_time: System.system_time()}, metadata)

    try do
      call.()
    catch
      kind, reason ->
        stack = __STACKTRACE__

        if reached.() do
          failed = Map.merge(metadata, %{kind: kind, reason: reason, stacktrace: stack})
          :telemetry.execute([:phoenix, :router_dispatch, :exception], since(started), failed)
        end

        :erlang.raise(kind, reason, stack)
    else
      conn ->
        :telemetry.execute([:phoenix, :router_dispatch, :stop], since(started), %{metadata | conn: conn})
        conn
    end
  end

  defp since(started), do: %{duration: System.monotonic_time() - started}
end

defmodule Phoenix.Router.Helpers do
  @moduledoc false

  # Defines the module with a function for each name and action:
  # user_path(conn, :show, id, params).
  def define(router, place, routes) do
    groups = Enum.group_by(routes, &elem(&1, 0))

    code =
      quote generated: true do
        @moduledoc false
        unquote_splicing(Enum.flat_map(groups, &functions(&1, router)))

        def path(data, path), do: Phoenix.VerifiedRoutes.unverified_path(data, unquote(router), path)
        def url(data), do: Phoenix.VerifiedRoutes.unverified_url(data, "")
        def static_path(data, path), do: Phoenix.VerifiedRoutes.static_path(data, path)
        def static_url(data, path), do: Phoenix.VerifiedRoutes.static_url(data, path)
        def static_integrity(data, path), do: Phoenix.VerifiedRoutes.static_integrity(data, path)
      end

    Module.create(Module.concat(router, Helpers), code, place)
  end

  defp functions({helper, routes}, router) do
    routes =
      routes
      |> Enum.map(fn {_, opts, pieces} -> {opts, pieces, for({_, _, name} <- pieces, do: name)} end)
      |> Enum.sort_by(fn {opts, _, names} -> [length(names) | opts] end)
      |> Enum.uniq_by(fn {opts, _, names} -> {length(names), opts} end)

    Enum.flat_map(routes, &clauses(helper, &1, router)) ++ rest(helper, routes)
  end

  defp clauses(helper, {opts, pieces, names}, router) do
    vars = Macro.generate_arguments(length(names), __MODULE__)

    [
      quote generated: true do
        def unquote(:"#{helper}_path")(data, unquote(Macro.escape(opts)), unquote_splicing(vars)) do
          unquote(:"#{helper}_path")(data, unquote(Macro.escape(opts)), unquote_splicing(vars), [])
        end

        def unquote(:"#{helper}_path")(data, unquote(Macro.escape(opts)), unquote_splicing(vars), params)
            when is_list(params) or is_map(params) do
          path = Phoenix.Router.Helpers.__path__(unquote(Macro.escape(pieces)), [unquote_splicing(vars)], unquote(names), params)
          Phoenix.VerifiedRoutes.unverified_path(data, unquote(router), path)
        end

        def unquote(:"#{helper}_url")(data, unquote(Macro.escape(opts)), unquote_splicing(vars)) do
          unquote(:"#{helper}_url")(data, unquote(Macro.escape(opts)), unquote_splicing(vars), [])
        end

        def unquote(:"#{helper}_url")(data, unquote(Macro.escape(opts)), unquote_splicing(vars), params)
            when is_list(params) or is_map(params) do
          Phoenix.VerifiedRoutes.unverified_url(data, "") <>
            unquote(:"#{helper}_path")(data, unquote(Macro.escape(opts)), unquote_splicing(vars), params)
        end
      end
    ]
  end

  # The clauses that say what there is instead. Where one name has n parameters
  # and another n + 1, the last argument of the first may be the second's.
  defp rest(helper, routes) do
    known = Macro.escape(for {opts, _, names} <- routes, do: {opts, names})
    lengths = routes |> Enum.map(fn {_, _, names} -> length(names) end) |> Enum.uniq()

    for kind <- [:path, :url], length <- Enum.uniq(lengths ++ Enum.map(lengths, &(&1 + 1))) do
      vars = Macro.generate_arguments(length, __MODULE__)
      name = "#{helper}_#{kind}"
      params = if (length - 1) in lengths, do: List.last(vars), else: []
      ignored = if params == [], do: vars, else: Enum.drop(vars, -1)

      quote generated: true do
        def unquote(:"#{name}")(_data, action, unquote_splicing(vars)) do
          _ = unquote(ignored)
          Phoenix.Router.Helpers.__raise__(__MODULE__, unquote(name), unquote(length + 2), action, unquote(known), unquote(params))
        end
      end
    end
  end

  def __path__(pieces, vars, names, params) do
    {segments, []} = Enum.map_reduce(pieces, vars, &segment/2)
    path = "/" <> Enum.join(segments, "/")
    query = for {key, value} <- params, (key = to_string(key)) not in names, do: {key, value}

    case Plug.Conn.Query.encode(query, &to_param/1) do
      "" -> path
      query -> path <> "?" <> query
    end
  end

  defp segment({:param, prefix, _name}, [var | vars]), do: {prefix <> encoded(var), vars}
  defp segment({:glob, prefix, _name}, [var | vars]), do: {prefix <> Enum.map_join(var, "/", &encoded/1), vars}
  defp segment(text, vars), do: {text, vars}

  defp encoded(value), do: value |> to_param() |> URI.encode(&URI.char_unreserved?/1)

  defp to_param(false), do: "false"
  defp to_param(true), do: "true"
  defp to_param(value), do: Phoenix.Param.to_param(value)

  def __raise__(module, fun, arity, action, routes, params) do
    prelude =
      cond do
        is_atom(action) and not List.keymember?(routes, action, 0) -> "no action #{inspect(action)} for #{inspect(module)}.#{fun}/#{arity}"
        is_list(params) or is_map(params) -> "no function clause for #{inspect(module)}.#{fun}/#{arity} and action #{inspect(action)}"
        true -> invalid_param(module, fun, arity, action, routes)
      end

    there =
      for {action, names} <- routes do
        "\n    #{fun}(conn_or_endpoint, #{Enum.join([inspect(action) | names], ", ")}, params \\\\ [])"
      end

    raise ArgumentError, "#{prelude}. The following actions/clauses are supported:\n#{there}"
  end

  defp invalid_param(module, fun, arity, action, routes) do
    {_, names} = List.keyfind(routes, action, 0)

    raise ArgumentError, """
    #{inspect(module)}.#{fun}/#{arity} called with invalid params.
    The last argument to this function should be a keyword list or a map.
    For example:

        #{fun}(#{Enum.join(["conn", ":#{action}" | names], ", ")}, page: 5, per_page: 10)

    It is possible you have called this function without defining the proper
    number of path segments in your router.
    """
  end
end
