// Where a popover goes: under its button, kept inside the window.

export function placeBelow(popover, button) {
    const anchor = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popover;
    const edge = 8;
    const roomBelow = innerHeight - anchor.bottom - edge;
    const top = roomBelow >= height + 6 || anchor.top < height ? anchor.bottom + 6 : anchor.top - height - 6;
    const left = anchor.left + width <= innerWidth - edge ? anchor.left : anchor.right - width;
    popover.style.top = `${Math.min(Math.max(edge, top), Math.max(edge, innerHeight - height - edge))}px`;
    popover.style.left = `${Math.min(Math.max(edge, left), Math.max(edge, innerWidth - width - edge))}px`;
}
