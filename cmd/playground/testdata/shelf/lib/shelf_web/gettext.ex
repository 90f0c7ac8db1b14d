defmodule ShelfWeb.Gettext do
  use Gettext.Backend, otp_app: :shelf
end
