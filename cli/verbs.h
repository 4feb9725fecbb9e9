/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include <stdbool.h>
#include <stdio.h>

#include "args.h"
#include "model.h"
#include "out.h"
#include "run.h"

/* One run of one verb. */
struct session {
	const struct verb *verb;
	const char *partition_word;	/* -p or VSCSI_PARTITION; NULL: the only VIOS */
	bool brief;			/* read no virtual target devices of the kernel's */
	struct model model;		/* after session_start() */
	const struct partition *self;	/* the partition that the verb runs on */
	bool keep_saved;		/* the saved configuration stays as it is */
	struct argv confirmed;		/* logical volumes that the user gives up, by id */
};

struct storage;

/* What a verb about storage does, and so which others may run beside it. */
enum storage_access {
	STORAGE_CHANGES,	/* none but those that only read */
	STORAGE_ADDS,		/* none that changes or removes any */
	STORAGE_READS,		/* all */
};

/* One row of the verb table, which feeds dispatch, help and completion. */
struct verb {
	const char *name;
	const char *group;		/* heading in the output of help */
	const char *summary;
	const char *usage;		/* one line for each form, without "Usage:" */
	bool addition;			/* the Virtual I/O Server doesn't have it */
	unsigned int required;		/* bit mask of flag groups of which one must be given */
	const struct flag *flags;
	const struct operands *operands;	/* NULL: all words belong to flags */
	const struct out_kind *listing;	/* for the completion of -field; may be NULL */
	int (*run)(struct session *s, int argc, char **argv);

	/* Of a verb about storage, whose run() is storage_verb(): */
	enum storage_access access;
	size_t options;			/* size of its options structure */
	int (*check)(const struct verb *verb, const void *options);	/* the words; may be NULL */
	int (*ask)(struct session *s, const void *options);	/* the user; may be NULL */
	int (*work)(struct storage *st, const void *options);
};

extern const struct verb verb_cfgdev, verb_chdev, verb_help, verb_ioslevel, verb_lsdev;
extern const struct verb verb_loadopt, verb_lslpar, verb_lsmap, verb_lsstat, verb_lsvopt;
extern const struct verb verb_mklpar, verb_mkvadapter, verb_mkvdev, verb_monitor, verb_rmdev;
extern const struct verb verb_rmlpar, verb_rmvadapter, verb_rmvdev, verb_unloadopt;
extern const struct verb verb_viosbr;
extern const struct verb verb_chbdsp, verb_chsp, verb_lssp, verb_mkbdsp, verb_mksp;
extern const struct verb verb_rmbdsp, verb_rmsp;
extern const struct verb verb_chrep, verb_chvopt, verb_lsrep, verb_mkrep, verb_mkvopt;
extern const struct verb verb_rmrep, verb_rmvopt;

extern const struct verb verb_activatevg, verb_chlv, verb_chvg, verb_deactivatevg;
extern const struct verb verb_exportvg, verb_extendlv, verb_extendvg, verb_importvg, verb_lslv;
extern const struct verb verb_lspv, verb_lsvg, verb_mklv, verb_mkvg, verb_reducevg, verb_rmlv;

/* All verbs, in the order of help; ends with NULL. */
extern const struct verb *const verbs[];

const struct verb *verb_find(const char *name);
void verb_usage(const struct verb *verb, FILE *to);

enum session_place {
	ON_VIOS,		/* only a Virtual I/O Server has the verb */
	ON_PARTITION,		/* any partition */
	ON_SYSTEM,		/* the managed system: no partition is chosen */
};

/*
 * Read the configuration and choose the partition to run on.  Return RC_OK or the
 * exit status of a message that has been printed.
 */
int session_start(struct session *s, enum session_place place);
void session_end(struct session *s);

/* Read the configuration again, after a change. */
int session_reload(struct session *s);

/* The partition that a word (name or decimal id) means; NULL: there is none. */
const struct partition *session_partition(const struct session *s, const char *word);

/* The server adapter of this partition with that name; NULL after a message. */
const struct adapter *session_vhost(const struct session *s, const char *name, int *rc);

/* Say what the kernel said about a failed change of @what. */
int session_refused(int error, const char *what);

/*
 * Candidates for the completion of a word: the flags of a verb, or what may stand after a
 * flag and @nr more words.  The flag "-" means that there is none before the word.
 */
int complete(struct session *s, const char *verb, const char *flag, int nr);

#endif
