// What the Glibc module leaves out.
#include <crypt.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// glibc shows these only under _GNU_SOURCE, which the Glibc module is built without.
extern int memfd_create(const char *name, unsigned int flags);
extern int syncfs(int descriptor);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

enum {
    CONTINUO_MFD_CLOEXEC = 0x1,
    CONTINUO_POSIX_SPAWN_SETSID = 0x80,
};
