"""ICAO Doc 9303-11, appendices D (BAC, secure messaging), G.1 (PACE generic mapping) and H.1 (PACE integrated mapping), byte for byte."""

from tests.unit.chip.scripted import Scripted
from verification_service.chip import bac, kdf, pace, pace_mapping, security_infos
from verification_service.chip.apdu import Command, select_file
from verification_service.chip.channel import Channel
from verification_service.chip.ciphers import CipherName, SessionKeys, decrypt, encrypt, mac
from verification_service.chip.curves import by_parameter_number
from verification_service.chip.files import COM, FileReader
from verification_service.chip.mrz import MrzKey, parse
from verification_service.chip.pace import Password
from verification_service.chip.security_infos import Mapping

BRAINPOOL_256 = by_parameter_number(13)


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


def one_by_one(*values: object):
    remaining = list(values)
    return lambda *_: remaining.pop(0)


def test_d1_basic_access_keys():
    zone = MrzKey("L898902C", "690806", "940623")
    assert zone.information() == b"L898902C<369080619406236"
    k_enc, k_mac = bac.document_keys(zone.information())
    assert k_enc == unhex("AB94FDECF2674FDFB9B391F85D7F76F2")
    assert k_mac == unhex("7962D9ECE03D1ACD4C76089DCE131543")


def test_d2_zone_of_three_lines_and_its_key():
    zone = parse("I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<")
    assert zone.document_number == "D23145890734"
    assert zone.wrong_digits == ()
    assert zone.key().information() == b"D23145890734934071279507122"


def test_d3_mutual_authentication_and_session_keys():
    transceiver = Scripted(
        ("0084000008", "4608F919887022129000"),
        (
            "0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28",
            "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000",
        ),
    )
    random = one_by_one(unhex("781723860C06C226"), unhex("0B795240CB7049B01C19B33E32804F0B"))
    keys = bac.authenticate(Channel(transceiver), b"L898902C<369080619406236", random)
    assert keys.encryption == unhex("979EC13B1CBFE9DCD01AB0FED307EAE5")
    assert keys.mac == unhex("F1CB1F1FB5ADF208806B89DC579DC1F8")
    assert keys.counter == 0x887022120C06C226
    assert transceiver.finished


def test_d4_secure_messaging():
    transceiver = Scripted(
        ("0CA4020C15 8709016375432908C044F6 8E08BF8B92D635FF24F8 00", "99029000 8E08FA855A5D4C50A8ED 9000"),
        ("0CB000000D 970104 8E08ED6705417E96BA55 00", "8709019FF0EC34F9922651 99029000 8E08AD55CC17140B2DED 9000"),
        ("0CB000040D 970112 8E082EA28A70F3C7B535 00", "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A 99029000 8E08C8B2787EAEA07D74 9000"),
    )
    channel = Channel(transceiver)
    keys = SessionKeys(CipherName.TDES, unhex("979EC13B1CBFE9DCD01AB0FED307EAE5"), unhex("F1CB1F1FB5ADF208806B89DC579DC1F8"), 0x887022120C06C226)
    channel.secure(keys)
    channel.call(select_file(COM.identifier))
    assert channel.call(Command(0x00, 0xB0, 0x00, 0x00, expected=4)) == unhex("60145F01")
    rest = channel.call(Command(0x00, 0xB0, 0x00, 0x04, expected=0x12))
    assert rest == unhex("04303130365F36063034303030305C026175")
    assert channel.messaging is not None
    assert channel.messaging.counter == 0x887022120C06C22C
    assert transceiver.finished


def test_aes_secure_messaging_reads_the_same_file():
    """A published AES-256 trace; the reader's own block plan differs only in the first length, so the commands are given one by one."""
    transceiver = Scripted(
        ("0CA4020C1D 8711011D35E7EB510E21A0DD12380D9AD2B92D 8E0828CB68B81D3FAFC0 00", "99029000 8E08E083EAA61ADABFCE 9000"),
        ("0CB000000D 970104 8E084AFC933E0CDBE5F0 00", "871101D8059A9CF835105082CA2B1837E4AEC0 99029000 8E08B36DB56761D706BB 9000"),
    )
    channel = Channel(transceiver)
    encryption = unhex("74B94F408BBB2CD92571FD5B6370A94CCE7A2FA42AE3EB4DA47B97CE6EAA24C6")
    channel.secure(SessionKeys(CipherName.AES256, encryption, unhex("9E28D5D9FF1D979BE752E8926BF0E1D35A440FC0AEFC4AA3BC5610055AC8B113"), 0x20))
    channel.call(select_file(COM.identifier))
    assert channel.call(Command(0x00, 0xB0, 0x00, 0x00, expected=4)) == unhex("60185F01")


def test_appendix_a_key_derivation():
    secret = unhex("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925")
    assert kdf.derive(secret, kdf.ENCRYPTION, CipherName.AES128) == unhex("F5F0E35C0D7161EE6724EE513A0D9A7F")
    assert kdf.derive(secret, kdf.MAC, CipherName.AES128) == unhex("FE251C7858B356B24514B3BD5F4297D1")
    password = unhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    assert kdf.derive(password, kdf.PASSWORD, CipherName.AES128) == unhex("89DED1B26624EC1E634C1989302849DD")


def test_g1_pace_generic_mapping():
    card_access = unhex("3114 3012060A04007F0007020204020202010202010D")
    (info,) = security_infos.parse(card_access).pace
    assert (info.mapping, info.cipher, info.parameter) == (Mapping.GENERIC, CipherName.AES128, 13)
    transceiver = Scripted(
        ("0022C1A412 800A04007F00070202040202 830101 84010D", "9000"),
        ("1086000002 7C00 00", "7C12 8010 95A3A016522EE98D01E76CB6B98B42C3 9000"),
        (
            "1086000045 7C43 8141 047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E"
            "544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D 00",
            "7C43 8241 04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54 9000",
        ),
        (
            "1086000045 7C43 8341 042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C"
            "3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462 00",
            "7C43 8441 049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094 9000",
        ),
        ("008600000C 7C0A 8508C2B0BD78D94BA866 00", "7C0A 86083ABB9674BCE93C08 9000"),
    )
    scalars = one_by_one(
        int("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99", 16),
        int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16),
    )
    secret = pace.password_bytes(Password.MRZ, MrzKey("T22000129", "640812", "101031").information())
    assert secret == unhex("7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD")
    keys, transcript = pace.authenticate(Channel(transceiver), info, Password.MRZ, secret, scalar=scalars)
    assert keys.encryption == unhex("F5F0E35C0D7161EE6724EE513A0D9A7F")
    assert keys.mac == unhex("FE251C7858B356B24514B3BD5F4297D1")
    assert keys.counter == 0
    assert transcript is None
    assert transceiver.finished


def test_g1_intermediate_values():
    nonce = decrypt(CipherName.AES128, unhex("89DED1B26624EC1E634C1989302849DD"), unhex("95A3A016522EE98D01E76CB6B98B42C3"))
    assert nonce == unhex("3F00C4D39D153F2B2A214A078D899B22")
    shared = (
        int("60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5", 16),
        int("0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181", 16),
    )
    assert pace_mapping.generic(BRAINPOOL_256, nonce, shared) == (
        int("8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2", 16),
        int("8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522", 16),
    )


H1_NONCE, H1_TERMINAL_NONCE = unhex("2923BE84E16CD6AE529049F1F1BBE9EB"), unhex("5DD4CBFC96F5453B130D890A1CDBAE32")


def test_h1_pseudo_random_function_and_point_encoding():
    output = pace_mapping.pseudo_random(CipherName.AES128, H1_NONCE, H1_TERMINAL_NONCE, 256)
    assert output == unhex("E4447E2DFB3586BAC05DDB00156B57FBB2179A3949294C97254189800C517BAA8DA0FF397ED8C445D3E421E4FEB57322")
    assert int.from_bytes(output, "big") % BRAINPOOL_256.p == int("A2F8FF2DF50E52C6599F386ADCB595D229F6A167ADE2BE5F2C3296ADD5B7430E", 16)
    assert pace_mapping.integrated(BRAINPOOL_256, CipherName.AES128, H1_NONCE, H1_TERMINAL_NONCE) == (
        int("8E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427", 16),
        int("4C1AE14BD0C3DBAC0C871B7F3608169364437CA30AC243A089D3F266C1E60FAD", 16),
    )


def test_h1_key_agreement_and_tokens():
    generator = pace_mapping.integrated(BRAINPOOL_256, CipherName.AES128, H1_NONCE, H1_TERMINAL_NONCE)
    chip_scalar = int("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", 16)
    own_scalar = int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16)
    chip_key, own_key = BRAINPOOL_256.multiply(chip_scalar, generator), BRAINPOOL_256.multiply(own_scalar, generator)
    secret = BRAINPOOL_256.shared_x(own_scalar, chip_key)
    assert secret == unhex("4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713")
    keys = kdf.session_keys(secret, CipherName.AES128)
    assert keys.encryption == unhex("0D3FEB33251A6370893D62AE8DAAF51B")
    assert keys.mac == unhex("B01E89E3D9E8719E586B50B4A7506E0B")
    (info,) = security_infos.parse(unhex("3114 3012060A04007F0007020204040202010202010D")).pace
    assert pace.token(info, keys.mac, BRAINPOOL_256.encode(chip_key)) == unhex("450F02B86F6A0909")
    assert pace.token(info, keys.mac, BRAINPOOL_256.encode(own_key)) == unhex("75D4D96E8D5B0308")


def test_h1_dialogue_with_a_chip_that_uses_the_example_values():
    """The whole integrated-mapping run: our side sends t, both sides arrive at the example's keys."""
    (info,) = security_infos.parse(unhex("3114 3012060A04007F0007020204040202010202010D")).pace
    password = b"123456"
    encrypted = _encrypt_nonce(password)
    chip_key = BRAINPOOL_256.multiply(
        int("107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A", 16),
        pace_mapping.integrated(BRAINPOOL_256, CipherName.AES128, H1_NONCE, H1_TERMINAL_NONCE),
    )
    own_scalar = int("A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595", 16)
    own_key = BRAINPOOL_256.multiply(own_scalar, pace_mapping.integrated(BRAINPOOL_256, CipherName.AES128, H1_NONCE, H1_TERMINAL_NONCE))
    transceiver = Scripted(
        ("0022C1A412 800A04007F00070202040402 830102 84010D", "9000"),
        ("1086000002 7C00 00", f"7C12 8010 {encrypted.hex()} 9000"),
        (f"1086000014 7C12 8110 {H1_TERMINAL_NONCE.hex()} 00", "7C02 8200 9000"),
        (f"1086000045 7C43 8341 {BRAINPOOL_256.encode(own_key).hex()} 00", f"7C43 8441 {BRAINPOOL_256.encode(chip_key).hex()} 9000"),
        ("008600000C 7C0A 8508450F02B86F6A0909 00", "7C0A 860875D4D96E8D5B0308 9000"),
    )
    keys, _ = pace.authenticate(Channel(transceiver), info, Password.CAN, password, lambda _: own_scalar, lambda _: H1_TERMINAL_NONCE)
    assert keys.mac == unhex("B01E89E3D9E8719E586B50B4A7506E0B")
    assert transceiver.finished


def _encrypt_nonce(password: bytes) -> bytes:
    return encrypt(CipherName.AES128, kdf.derive(password, kdf.PASSWORD, CipherName.AES128), H1_NONCE)


def test_retail_mac_of_appendix_d():
    cryptogram = unhex("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2")
    assert mac(CipherName.TDES, unhex("7962D9ECE03D1ACD4C76089DCE131543"), cryptogram) == unhex("5F1448EEA8AD90A7")


def test_file_reader_reads_the_example_file_over_plain_commands():
    transceiver = Scripted(("00A4020C02011E", "9000"), ("00B0000005", "60145F010490 00"), ("00B0000511", "303130365F36063034303030305C026175 9000"))
    assert FileReader(Channel(transceiver)).read(COM) == unhex("60145F0104303130365F36063034303030305C026175")
