/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou keys: makes the key pairs of a node, or shows the fingerprint of a key file. */
#include "common/keys.h"
#include "common/minisign.h"
#include "tool/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void print_fingerprint(const struct keys *keys)
{
    char fingerprint[FINGERPRINT + 1];
    keys_fingerprint(keys, fingerprint);
    printf("指纹 fingerprint  %s  %s\n", fingerprint, keys->name);
}

static int show(const char *path)
{
    struct keys keys;
    struct fault fault = {""};
    if (!keys_load_public(&keys, path, &fault)) return command_failed(fault.text);
    print_fingerprint(&keys);
    return EXIT_DONE;
}

static int make(const char *directory, const char *name)
{
    struct keys keys;
    struct fault fault = {""};
    if (mkdir(directory, 0700) && errno != EEXIST) {
        fault_set(&fault, "%s: cannot be made: %s", directory, strerror(errno));
        return command_failed(fault.text);
    }
    bool done = keys_make(&keys, name, &fault) && keys_write(&keys, directory, &fault);
    if (done) {
        printf("私钥 secret key   %s/%s.key   留在本机 stays on this machine\n", directory, name);
        printf("公钥 public key   %s/%s.pub   交给上级登记 to be enrolled by the collector above\n", directory, name);
        print_fingerprint(&keys);
    }
    keys_forget(&keys);
    return done ? EXIT_DONE : command_failed(fault.text);
}

/* A pair for signing bundles and revocation lists, in minisign's format. */
static int make_signing(const char *directory, const char *name)
{
    struct minisign_secret secret = {0};
    struct fault fault = {""};
    char id[MINISIGN_ID_TEXT + 1];
    if (mkdir(directory, 0700) && errno != EEXIST) {
        fault_set(&fault, "%s: cannot be made: %s", directory, strerror(errno));
        return command_failed(fault.text);
    }
    bool done = node_name_valid(name) ? true : fault_set(&fault, "%s: not fit as a file's name", name);
    done = done && minisign_make(&secret, &fault) && minisign_write(&secret, directory, name, &fault);
    minisign_id_text(secret.key.id, id);
    minisign_forget(&secret);
    if (!done) return command_failed(fault.text);
    printf("签名私钥 secret key   %s/%s.sign.key   离线保管 keep it off the network\n", directory, name);
    printf("签名公钥 public key   %s/%s.sign.pub   发给各传感器 for every sensor (signatures.trusted)\n", directory,
           name);
    printf("密钥编号 key id       %s\n", id);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "show") == 0) return show(argv[2]);
    if (argc == 4 && strcmp(argv[1], "--signing") == 0 && argv[2][0] != '-') return make_signing(argv[2], argv[3]);
    if (argc == 3 && argv[1][0] != '-') return make(argv[1], argv[2]);
    return command_usage(&command_keys);
}

const struct command command_keys = {
    "keys", "DIRECTORY NAME | --signing DIRECTORY NAME | show FILE.pub",
    "生成节点密钥：NAME.key（私钥，权限0600）与 NAME.pub（公钥）；--signing 生成特征包签名密钥；或显示指纹以供人工核对",
    "make a node's keys, NAME.key (secret, 0600) and NAME.pub; with --signing a pair for bundles of signatures; or "
    "show a "
    "fingerprint for people to compare",
    run};
