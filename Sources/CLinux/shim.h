// What the Glibc module leaves out.
#include <crypt.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
