# Tokens that the server signs, and what else is Phoenix's own.

defmodule Phoenix do
  @moduledoc false
  def json_library, do: Application.get_env(:phoenix, :json_library, Jason)
  def plug_init_mode, do: :runtime
end

defmodule Phoenix.Token do
  @moduledoc false

  @day 86_400

  def sign(_context, salt, data, opts \\ []) when is_binary(salt),
    do: Plug.Conn.Native.sign_cookie("token:" <> salt, {data, signed_at(opts)})

  def encrypt(context, secret, data, opts \\ []), do: sign(context, secret, data, opts)

  def verify(context, salt, token, opts \\ [])
  def verify(_context, salt, nil, _opts) when is_binary(salt), do: {:error, :missing}

  def verify(_context, salt, token, opts) when is_binary(salt) and is_binary(token) do
    case Plug.Conn.Native.verify_cookie("token:" <> salt, token) do
      {:ok, {data, at}} -> if old?(at, Keyword.get(opts, :max_age, @day)), do: {:error, :expired}, else: {:ok, data}
      _ -> {:error, :invalid}
    end
  end

  def verify(_context, salt, _token, _opts) when is_binary(salt), do: {:error, :invalid}
  def decrypt(context, secret, token, opts \\ []), do: verify(context, secret, token, opts)

  defp signed_at(opts) do
    case opts[:signed_at] do
      nil -> System.system_time(:millisecond)
      seconds -> trunc(seconds * 1000)
    end
  end

  defp old?(_at, :infinity), do: false
  defp old?(_at, nil), do: false
  defp old?(at, age), do: System.system_time(:millisecond) > at + age * 1000
end
