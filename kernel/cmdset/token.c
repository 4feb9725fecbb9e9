// SPDX-License-Identifier: GPL-2.0
/* ROD tokens: made, shown again, forgotten. */
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/unaligned.h>

#include "token.h"

/* A ROD token (SPC-4 5.17.6) */
#define TYPE_AT			0
#define LENGTH_AT		6
#define REST_LEN		(ROD_TOKEN_LEN - LENGTH_AT - 2)
#define CREATOR_AT		16
#define BYTES_AT		56	/* the low half of NUMBER OF BYTES REPRESENTED */
#define BLOCK_FORMAT_AT		96	/* as READ CAPACITY(16) tells it */
#define SECRET_AT		384
#define SECRET_LEN		(ROD_TOKEN_LEN - SECRET_AT)

/* Its creator, an identification descriptor (SPC-4 6.4.5) */
#define CODE_SET_BINARY		0x01
#define LU_NAA			0x03	/* ASSOCIATION, DESIGNATOR TYPE */
#define DESIGNATOR_MAX		20

static void put_creator(const struct vscsi_lu *lu, u8 *creator)
{
	const struct vscsi_identity *id = lu->identity;

	creator[0] = COPY_IDENTIFICATION;
	creator[4] = CODE_SET_BINARY;
	creator[5] = LU_NAA;
	creator[7] = id->naa_len;
	memcpy(creator + 8, id->naa, id->naa_len);
	put_unaligned_be24(lu->block_size, creator + 29);
}

/**
 * rod_token_alloc() - make a token that represents nothing yet
 * @cmd: the command that asks for it
 *
 * Context: may sleep.
 * Return: the token, freed by kfree(); or NULL.
 */
struct rod_token *rod_token_alloc(const struct vscsi_cmd *cmd)
{
	struct rod_token *token = kzalloc(sizeof(*token), GFP_NOIO);

	if (!token)
		return NULL;
	put_unaligned_be32(ROD_ACCESS_UPON_REFERENCE, token->bytes + TYPE_AT);
	put_unaligned_be16(REST_LEN, token->bytes + LENGTH_AT);
	put_creator(cmd->lu, token->bytes + CREATOR_AT);
	sbc_put_block_format(cmd->lu, token->bytes + BLOCK_FORMAT_AT);
	/* Who has not been given a token can't show it. */
	get_random_bytes(token->bytes + SECRET_AT, SECRET_LEN);
	return token;
}

static void touch(struct rod_token *token)
{
	token->deadline = ktime_get_boottime_seconds() + token->timeout;
}

static bool is_expired(const struct rod_token *token)
{
	return ktime_get_boottime_seconds() >= token->deadline;
}

static void drop(struct vscsi_pr *pr, struct rod_token *token)
{
	lockdep_assert_held(&pr->lock);
	list_del(&token->entry);
	pr->nr_tokens--;
	kfree(token);
}

/* Those that have expired make room. */
static bool make_room(struct vscsi_pr *pr)
{
	struct rod_token *token, *next;

	if (pr->nr_tokens < ROD_TOKENS_MAX)
		return true;
	list_for_each_entry_safe(token, next, &pr->tokens, entry)
		if (is_expired(token))
			drop(pr, token);
	return pr->nr_tokens < ROD_TOKENS_MAX;
}

/**
 * rod_token_add() - from now on a token can be used
 * @cmd: the command that has asked for it
 * @token: from rod_token_alloc(), timeout and ranges are set; it is the logical unit's on success,
 *	and may be gone already
 * @bytes: filled in on success: ROD_TOKEN_LEN bytes, as the client gets it
 *
 * Context: any.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason rod_token_add(const struct vscsi_cmd *cmd, struct rod_token *token, u8 *bytes)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;
	bool room;

	put_unaligned_be64(token->ranges.bytes, token->bytes + BYTES_AT);
	spin_lock_irqsave(&pr->lock, flags);
	room = make_room(pr);
	if (room) {
		/* COPY MANAGER ROD TOKEN IDENTIFIER: no other of the logical unit has it. */
		put_unaligned_be64(++pr->last_token, token->bytes + LENGTH_AT + 2);
		memcpy(bytes, token->bytes, ROD_TOKEN_LEN);
		touch(token);
		list_add_tail(&token->entry, &pr->tokens);
		pr->nr_tokens++;
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	return room ? VSCSI_OK : VSCSI_TOKENS_FULL;
}

static struct rod_token *find(const struct vscsi_pr *pr, const u8 *bytes)
{
	struct rod_token *token;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(token, &pr->tokens, entry)
		if (!memcmp(token->bytes, bytes, ROD_TOKEN_LEN))
			return token;
	return NULL;
}

/**
 * rod_token_check() - could that be a token?
 * @bytes: ROD_TOKEN_LEN bytes from a client
 * @zero: set: it is the well-known one that represents zeroes (SBC-3)
 *
 * Context: any.
 * Return: VSCSI_OK, or why not.
 */
enum vscsi_reason rod_token_check(const u8 *bytes, bool *zero)
{
	u32 type = get_unaligned_be32(bytes + TYPE_AT);

	*zero = type == ROD_BLOCK_ZERO;
	if (!*zero && type != ROD_ACCESS_UPON_REFERENCE)
		return VSCSI_TOKEN_TYPE;
	return get_unaligned_be16(bytes + LENGTH_AT) == REST_LEN ? VSCSI_OK : VSCSI_TOKEN_LENGTH;
}

static bool find_creator(struct vscsi_cmd *cmd, const u8 *creator, struct vscsi_peer *peer)
{
	return creator[0] == COPY_IDENTIFICATION && creator[7] && creator[7] <= DESIGNATOR_MAX &&
	       cmd->target->find_peer(cmd, creator + 8, creator[7], peer);
}

/**
 * rod_token_find() - what does a token represent?
 * @cmd: the command that shows it
 * @bytes: the token, after rod_token_check()
 * @peer: set: the logical unit; stays until @cmd is answered
 * @ranges: set: which bytes of it
 *
 * Context: may sleep.
 * Return: VSCSI_OK, or why it can't be used.
 */
enum vscsi_reason rod_token_find(struct vscsi_cmd *cmd, const u8 *bytes, struct vscsi_peer *peer,
				 struct rod_ranges *ranges)
{
	enum vscsi_reason reason = VSCSI_TOKEN_UNKNOWN;
	struct rod_token *token;
	struct vscsi_pr *pr;
	unsigned long flags;

	if (!find_creator(cmd, bytes + CREATOR_AT, peer))
		return VSCSI_TOKEN_UNKNOWN;
	pr = peer->lu->pr;
	spin_lock_irqsave(&pr->lock, flags);
	token = find(pr, bytes);
	if (token && is_expired(token)) {
		reason = VSCSI_TOKEN_EXPIRED;
	} else if (token) {
		touch(token);
		*ranges = token->ranges;
		reason = VSCSI_OK;
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	return reason;
}

/**
 * rod_token_used() - what a token represents was copied
 * @pr: of the logical unit that it is kept with
 * @bytes: the token
 * @delete: it is not needed any more
 *
 * Context: any.
 */
void rod_token_used(struct vscsi_pr *pr, const u8 *bytes, bool delete)
{
	struct rod_token *token;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	token = find(pr, bytes);
	if (token && delete)
		drop(pr, token);
	else if (token)
		touch(token);
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * rod_tokens_forget() - cancel all tokens of a logical unit
 * @pr: what its paths share
 *
 * Context: any; lock of @pr held.
 */
void rod_tokens_forget(struct vscsi_pr *pr)
{
	struct rod_token *token, *next;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry_safe(token, next, &pr->tokens, entry)
		drop(pr, token);
}
