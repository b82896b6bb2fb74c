/** Keeps a fault of one part of the screen to that part: the others go on. A part that could not be fetched is such a fault too. */
import type { ReactNode } from "react";
import { Component } from "react";

interface BoundaryProps {
  /** In place of what failed. Another `key` tries again. */
  readonly fallback: ReactNode;
  readonly children: ReactNode;
}

export class Boundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
