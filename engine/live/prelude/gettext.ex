# Gettext as a project without translations sees it: the text as given, with
# its bindings put in. Generated projects call it in their components.

defmodule Gettext.Text do
  @moduledoc false

  # In a module with `use Gettext.Backend` or `use Gettext, otp_app: …` the
  # functions are its own; elsewhere they are imported.
  defmacro __using__(_opts) do
    quote do
      def gettext(msgid, bindings \\ %{}), do: Gettext.Text.fill(msgid, bindings)
      def dgettext(_domain, msgid, bindings \\ %{}), do: Gettext.Text.fill(msgid, bindings)
      def pgettext(_context, msgid, bindings \\ %{}), do: Gettext.Text.fill(msgid, bindings)
      def dpgettext(_domain, _context, msgid, bindings \\ %{}), do: Gettext.Text.fill(msgid, bindings)

      def ngettext(one, many, n, bindings \\ %{}), do: Gettext.Text.fill(one, many, n, bindings)
      def dngettext(_domain, one, many, n, bindings \\ %{}), do: Gettext.Text.fill(one, many, n, bindings)
      def pngettext(_context, one, many, n, bindings \\ %{}), do: Gettext.Text.fill(one, many, n, bindings)
      def dpngettext(_domain, _context, one, many, n, bindings \\ %{}), do: Gettext.Text.fill(one, many, n, bindings)

      def gettext_noop(msgid), do: msgid
      def dgettext_noop(_domain, msgid), do: msgid
      def ngettext_noop(one, many), do: {one, many}
      def dngettext_noop(_domain, one, many), do: {one, many}
      def gettext_comment(_comment), do: :ok
    end
  end

  def fill(text, bindings) do
    bindings = Map.new(bindings, fn {name, value} -> {to_string(name), value} end)

    Regex.replace(~r/%\{(\w+)\}/, text, fn whole, name ->
      case bindings do
        %{^name => value} -> to_string(value)
        %{} -> whole
      end
    end)
  end

  def fill(one, _many, 1, bindings), do: fill(one, counted(bindings, 1))
  def fill(_one, many, n, bindings), do: fill(many, counted(bindings, n))

  defp counted(bindings, n), do: bindings |> Map.new() |> Map.put(:count, n)
end

defmodule Gettext.Macros do
  @moduledoc false
  use Gettext.Text
end

defmodule Gettext.Backend do
  @moduledoc false
  defmacro __using__(_opts) do
    quote do
      use Gettext.Text
    end
  end
end

defmodule Gettext do
  @moduledoc false
  alias Gettext.Text

  defmacro __using__(opts) do
    if Keyword.has_key?(opts, :backend) do
      quote do
        import Gettext.Macros
      end
    else
      quote do
        use Gettext.Text
      end
    end
  end

  def gettext(_backend, msgid, bindings \\ %{}), do: Text.fill(msgid, bindings)
  def dgettext(_backend, _domain, msgid, bindings \\ %{}), do: Text.fill(msgid, bindings)
  def pgettext(_backend, _context, msgid, bindings \\ %{}), do: Text.fill(msgid, bindings)
  def dpgettext(_backend, _domain, _context, msgid, bindings \\ %{}), do: Text.fill(msgid, bindings)
  def ngettext(_backend, one, many, n, bindings \\ %{}), do: Text.fill(one, many, n, bindings)
  def dngettext(_backend, _domain, one, many, n, bindings \\ %{}), do: Text.fill(one, many, n, bindings)
  def pngettext(_backend, _context, one, many, n, bindings \\ %{}), do: Text.fill(one, many, n, bindings)
  def dpngettext(_backend, _domain, _context, one, many, n, bindings \\ %{}), do: Text.fill(one, many, n, bindings)

  def get_locale(_backend \\ nil), do: Process.get(Gettext, "en")

  def put_locale(locale) when is_binary(locale) do
    Process.put(Gettext, locale)
    :ok
  end

  def put_locale(_backend, locale), do: put_locale(locale)
  def known_locales(_backend), do: ["en"]

  def with_locale(locale, fun) do
    before = get_locale()
    put_locale(locale)

    try do
      fun.()
    after
      put_locale(before)
    end
  end

  def with_locale(_backend, locale, fun), do: with_locale(locale, fun)
end
