#ifndef THIRDSPACE_FACE_NATIVE_H
#define THIRDSPACE_FACE_NATIVE_H

// face_can_open connects to the display; 0 if there is none.
int face_can_open(void);

// face_watch arranges, from the toolkit's main loop, for the window to be put in place (if placed) and watched.
void face_watch(int placed, int x, int y);

#endif
