defmodule Shelf.Mailer do
  use Swoosh.Mailer, otp_app: :shelf
end
