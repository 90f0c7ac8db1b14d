# Phoenix.View, as the library phoenix_view has it: a module whose render/2 has a
# clause for each template.

defmodule Phoenix.View do
  @moduledoc false
  require Phoenix.View.Native

  defmacro __using__(opts) do
    quote generated: true do
      import Phoenix.View
      @phoenix_view_options unquote(opts)
      @before_compile Phoenix.View

      def render(template, assigns \\ %{})
      def render(module, template) when is_atom(module), do: Phoenix.View.render(module, template, %{})

      def render(template, _assigns) when not is_binary(template),
        do: raise(ArgumentError, "render/2 expects template to be a string, got: #{inspect(template)}")

      def render(template, assigns) when not is_map(assigns), do: render(template, Enum.into(assigns, %{}))

      def __resource__, do: Phoenix.View.__resource__(__MODULE__)
    end
  end

  defmacro __before_compile__(_env) do
    quote generated: true do
      require Phoenix.View.Native
      Phoenix.View.Native.embed(@phoenix_view_options)

      def render(template, assigns), do: Phoenix.View.__render__(__MODULE__, template, assigns)

      def template_not_found(template, assigns), do: Phoenix.View.__not_found__(__MODULE__, template, assigns)
      defoverridable template_not_found: 2
    end
  end

  def __resource__(module) do
    module |> Module.split() |> List.last() |> String.replace_suffix("View", "") |> Macro.underscore() |> String.to_atom()
  end

  def __render__(module, template, assigns) do
    name = String.to_atom(template)
    if function_exported?(module, name, 1), do: apply(module, name, [assigns]), else: module.template_not_found(template, assigns)
  end

  def __not_found__(module, template, assigns) do
    raise Phoenix.Template.UndefinedError,
      message:
        "Could not render #{inspect(template)} for #{inspect(module)}, please define a matching clause for render/2 " <>
          "or define a template. No templates were compiled for this module.\nAssigns:\n\n#{inspect(assigns)}\n\n" <>
          "Assigned keys: #{inspect(Map.keys(assigns))}\n"
  end

  def render(module, template, assigns) do
    assigns |> Map.new() |> Map.pop(:layout, false) |> within(module, template)
  end

  defp within({{layout, layout_template}, assigns}, module, template) do
    inner = module.render(template, of(assigns, module, template))
    layout.render(layout_template, assigns |> of(layout, layout_template) |> Map.put(:inner_content, inner))
  end

  defp within({false, assigns}, module, template), do: module.render(template, of(assigns, module, template))

  defp of(assigns, module, template), do: Map.merge(assigns, %{view_module: module, view_template: template})

  def render_layout(module, template, assigns, do: block) do
    assigns |> Map.new() |> Map.put(:inner_content, block) |> then(&module.render(template, &1))
  end

  def render_many(collection, view, template, assigns \\ %{}) do
    {assigns, as} = named(assigns, view)
    Enum.map(collection, fn model -> render(view, template, Map.put(assigns, as, model)) end)
  end

  def render_one(resource, view, template, assigns \\ %{})
  def render_one(nil, _view, _template, _assigns), do: nil

  def render_one(resource, view, template, assigns) do
    {assigns, as} = named(assigns, view)
    render(view, template, Map.put(assigns, as, resource))
  end

  defp named(assigns, view) do
    assigns = Map.new(assigns)
    {as, assigns} = Map.pop_lazy(assigns, :as, fn -> view.__resource__() end)
    {assigns, as}
  end

  def render_to_iodata(module, template, assign), do: module |> render(template, assign) |> encode(template)
  def render_to_string(module, template, assign), do: module |> render_to_iodata(template, assign) |> IO.iodata_to_binary()

  defp encode(content, template) do
    case Path.extname(template) do
      ".html" -> Phoenix.HTML.Safe.to_iodata(content)
      ".json" -> Jason.encode_to_iodata!(content)
      _ -> content
    end
  end

  def template_path_to_name(path, root) do
    path |> Path.rootname() |> Path.relative_to(root)
  end
end
