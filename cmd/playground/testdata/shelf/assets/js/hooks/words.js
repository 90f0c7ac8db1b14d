export const greeting = "hello from the project's own module"
