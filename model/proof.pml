/*
 * The proof of one connection (PF1 to PF7) between honest runs while somebody else carries every signal and every frame.
 *
 * Terms are symbols: a confirmation is all that goes into it, and fits only where all of it is the same; a signature is
 * its key and what it is over. The carrier may say anything that was said, or that can be made of its own key, share and
 * password: it cannot make a confirmation of a password that it does not know, nor sign with another's key. That is what
 * an ideal exchange and ideal signatures promise; whether CPace and Ed25519 keep it is not shown here.
 *
 * It is stronger than the real one: it also writes on connections that end at the true far end, which DTLS forbids.
 *
 * -DINSIDER: the carrier knows the password. Without it, it has another one.
 * -DWITHOUT_FINGERPRINTS, -DWITHOUT_IDS, -DWITHOUT_SIGNATURE, -DWITHOUT_NONCES: what is then left out is found missing.
 */

#define RUNS 3

/* Nodes, which stand for their keys and epochs, and for the certificates of their connections, too. */
#define ALICE 1
#define BOB 2
#define MALLORY 3

/* Alice has two runs at once, bob one. A run's nonce and share are its number; mallory's own are the last. */
#define NODE_OF(run) ((run) < 2 -> ALICE : BOB)
#define MALLORYS RUNS

/* Both know the password. Which other one mallory has does not matter. */
#define RIGHT 1
#ifdef INSIDER
#define MALLORYS_PASSWORD RIGHT
#else
#define MALLORYS_PASSWORD 2
#endif

typedef Run {
  byte far;        /* whom the signals claim to be of */
  byte farNonce;   /* as signalled */
  byte farPrint;   /* of the certificate at the other end of its connection */
  byte farShare;   /* as received */
  bool confirmed;  /* its own confirmation, and its signature, went out */
  bool accepted;
};

Run runs[RUNS];
bool chosen = false;

/* Whether two runs see the channel alike: each the same two nodes with the same certificates, as PF4 puts them. */
#ifdef WITHOUT_IDS
#define SAME_IDS(i, j) true
#else
#define SAME_IDS(i, j) (runs[i].far == NODE_OF(j) && runs[j].far == NODE_OF(i))
#endif
#ifdef WITHOUT_FINGERPRINTS
#define SAME_PRINTS(i, j) true
#else
#define SAME_PRINTS(i, j) (runs[i].farPrint == NODE_OF(j) && runs[j].farPrint == NODE_OF(i))
#endif
/* The session ID is that of both nonces, whoever drew which (PF3); the associated data say who drew which (PF5). */
#ifdef WITHOUT_NONCES
#define SAME_SESSION(i, j) true
#else
#define SAME_SESSION(i, j) (runs[i].farNonce == j && runs[j].farNonce == i)
#endif

/* Of run j, what run i waits for: the same channel and session, and each has the other's share. */
#define CONFIRMS(j, i) (j != i && runs[j].confirmed && SAME_IDS(i, j) && SAME_PRINTS(i, j) && SAME_SESSION(i, j) && runs[i].farShare == j && runs[j].farShare == i)

/*
 * Made by mallory for run i: with the password, its own share, and the nonce that it signalled as its own. It may call
 * itself whatever it likes; only the signature ties a name to a key.
 */
#define MALLORY_CONFIRMS(i) (MALLORYS_PASSWORD == RIGHT && runs[i].farShare == MALLORYS)

/* The signature is over the run's transcript, its channel and the signer: bob's own, or one that he gave for the same. */
#ifdef WITHOUT_SIGNATURE
#define MALLORY_SIGNS(i) true
#else
#define MALLORY_SIGNS(i) (runs[i].far == MALLORY)
#endif

inline anyNonce(self, chosen) {
  if
  :: self != 0 -> chosen = 0
  :: self != 1 -> chosen = 1
  :: self != 2 -> chosen = 2
  :: chosen = MALLORYS
  fi
}

/*
 * What the carrier makes of a run's signals, where its connection ends and whose share it is given. Own values coming back
 * are refused (PF1, CP4), and a Hello must name the key that was signalled and the session; a run that is given anything
 * else confirms nothing. Nothing here depends on when it happens, and what others confirm only adds to what a run may be
 * given: so all of it is chosen, and confirmed, beforehand, which leaves out no acceptance.
 */
inline choose(self) {
  if
  :: NODE_OF(self) != ALICE -> runs[self].far = ALICE
  :: NODE_OF(self) != BOB -> runs[self].far = BOB
  :: runs[self].far = MALLORY
  fi;
  anyNonce(self, runs[self].farNonce);
  if
  :: runs[self].farPrint = ALICE
  :: runs[self].farPrint = BOB
  :: runs[self].farPrint = MALLORY
  fi;
  if
  :: anyNonce(self, runs[self].farShare); runs[self].confirmed = true
  :: true
  fi
}

/*
 * Who accepts has met the node that it meant, in a run that meant this one, with the same nonces, over one connection
 * with nobody in between; and that one, too, has the password.
 */
inline judge(self, other) {
  runs[self].accepted = true;
  if
  :: runs[self].far == MALLORY -> assert(MALLORYS_PASSWORD == RIGHT)
  :: else ->
    other = runs[self].farNonce;
    assert(other < RUNS && other != self);
    assert(NODE_OF(other) == runs[self].far && runs[other].far == NODE_OF(self));
    assert(runs[other].farNonce == self && runs[other].confirmed);
    assert(runs[self].farPrint == NODE_OF(other) && runs[other].farPrint == NODE_OF(self));
    assert(runs[self].farShare == other && runs[other].farShare == self)
  fi
}

/* A run is given a confirmation: of another run, or one that mallory made. It need not be given any. */
active [RUNS] proctype Honest() {
  byte self = _pid;
  byte other = 0;
  atomic {
    chosen && runs[self].confirmed;
    if
    :: CONFIRMS(0, self) -> judge(self, other)
    :: CONFIRMS(1, self) -> judge(self, other)
    :: CONFIRMS(2, self) -> judge(self, other)
    :: MALLORY_CONFIRMS(self) && MALLORY_SIGNS(self) -> judge(self, other)
    fi
  }
}

/* That the models are not empty: with it, what it watches for must be found. */
#ifdef TWO_MEET
active proctype Watch() {
  atomic { runs[0].accepted && runs[2].accepted && runs[0].far == BOB -> assert(false) }
}
#endif

active proctype Carrier() {
  atomic {
    choose(0);
    choose(1);
    choose(2);
    chosen = true
  }
}
